using System.Text.Json.Nodes;

namespace Ktrdr.Loopback;

/// <summary>A story that the server plays, whoever asks.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Shows">What a user will see, in a sentence.</param>
/// <param name="Begin">Begins it: what answers every request of one run.</param>
public sealed record Scenario(string Name, string Shows, Func<Func<ReceivedRequest, Turn>> Begin);

/// <summary>The stories there are. Each answers by what a request is for, so it also works with a client that asks more often,
/// or in another order, than expected.</summary>
public static class Scenarios
{
    private const string SaveStrategy = "save_strategy_config";
    private const string ValidateStrategy = "validate_strategy_config";
    private const string SaveAssessment = "save_assessment";

    private static readonly string[] s_verdicts = ["poor", "mediocre", "promising"];

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("good", "A design that is saved at once, and an assessment.", () => Cycle()),
        new("corrected", "A design that fails validation twice and then succeeds.", Corrected),
        new("overloaded", "529 to the first request, then all is well.", () => First(Fault.Overloaded)),
        new("cut", "The first reply breaks off without its end, then all is well.", () => CutFirst()),
        new("rate-limit", "429 with a short retry-after to the first request.", () => First(Fault.RateLimit(1))),
        new("rate-limit-long", "429 with a retry-after of an hour, always.", () => Always(Fault.RateLimit(3_600))),
        new("spend-limit", "The provider's own spend limit is reached.", () => Always(Fault.SpendLimit)),
        new("credit", "The provider's credit is used up.", () => Always(Fault.CreditTooLow)),
        new("refusal", "The model declines.", () => Always(Refusal)),
        new("prose", "The design comes as text between fences instead of a call.", () => Prose()),
        new("hang", "No answer at all: something to cancel.", () => Always(Fault.Hang)),
    ];

    /// <summary>The model declines, and says nothing.</summary>
    public static Turn Refusal => new() { StopReason = "refusal" };

    /// <summary>The story of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Scenario Named(string name) =>
        All.FirstOrDefault(scenario => scenario.Name == name)
        ?? throw new ArgumentException(
            $"There is no scenario '{name}'; there is {string.Join(", ", All.Select(scenario => scenario.Name))}."
        );

    /// <summary>Designs and assessments for as many cycles as are asked for: decided by the seed, no design twice.</summary>
    /// <param name="seed">Which series.</param>
    /// <param name="small">Whether the designs are as small as they may be.</param>
    public static Func<ReceivedRequest, Turn> Cycle(int seed = 1, bool small = false)
    {
        var designs = 0;
        var assessments = 0;
        return request =>
            request.Tools.ContainsKey(SaveAssessment)
                ? Assessment(seed, Interlocked.Increment(ref assessments))
                : Design(request, seed, Interlocked.Increment(ref designs), small);
    }

    /// <summary>A good design for the market that the prompt lists first, handed in with the save tool.</summary>
    public static Turn Design(ReceivedRequest request, int seed = 1, int number = 1, bool small = false)
    {
        var (market, timeframe) = Designs.FirstMarket(request.Words);
        var design = small
            ? Designs.Small(seed, number, market, timeframe)
            : Designs.Of(seed, number, market, timeframe);
        return Saving(design)
            .AfterThinking("Two gauges that measure different things, wide barriers, a small network.");
    }

    /// <summary>An assessment, handed in with the save tool.</summary>
    public static Turn Assessment(int seed = 1, int number = 1)
    {
        var chance = new Random(unchecked((seed * 7_919) + number));
        return Turn.ToolUse(
                SaveAssessment,
                new JsonObject
                {
                    ["verdict"] = s_verdicts[chance.Next(s_verdicts.Length)],
                    ["strengths"] = new JsonArray(
                        "The barriers are as wide as the stop, so a win pays for a loss.",
                        $"Only {chance.Next(8, 17)} hidden neurons: little room to memorise."
                    ),
                    ["weaknesses"] = new JsonArray(
                        "The Sharpe ratio is within one standard error of zero.",
                        "Exposure is high for what it earns."
                    ),
                    ["suggestions"] = new JsonArray(
                        $"Try a confidence threshold of {0.4 + (chance.Next(1, 20) / 100.0):0.00} for fewer trades."
                    ),
                }
            )
            .AfterThinking("Few trades; luck cannot be ruled out.");
    }

    private static Turn Saving(JsonObject config) =>
        Turn.ToolUse(
            SaveStrategy,
            new JsonObject
            {
                ["name"] = config["name"]!.DeepClone(),
                ["description"] = config["description"]!.DeepClone(),
                ["config"] = config,
            }
        );

    private static Func<ReceivedRequest, Turn> Always(Turn turn) => _ => turn;

    private static Func<ReceivedRequest, Turn> First(Fault fault)
    {
        var asked = 0;
        var then = Cycle();
        return request => Interlocked.Increment(ref asked) == 1 ? fault : then(request);
    }

    private static Func<ReceivedRequest, Turn> CutFirst()
    {
        var asked = 0;
        var then = Cycle();
        return request =>
            Interlocked.Increment(ref asked) == 1 ? Design(request).Failing(Fault.EndAfter(12)) : then(request);
    }

    private static Func<ReceivedRequest, Turn> Corrected()
    {
        var then = Cycle();
        return request =>
        {
            if (!request.Tools.ContainsKey(SaveStrategy) || request.ToolResults.Count >= 2)
            {
                return then(request);
            }

            var (market, timeframe) = Designs.FirstMarket(request.Words);
            var config = Designs.Of(1, 1, market, timeframe);
            if (request.ToolResults.Count == 0)
            {
                config["indicators"]!.AsObject().First().Value!["type"] = "rsj";
                return Turn.ToolUse(ValidateStrategy, new JsonObject { ["config"] = config })
                    .AfterThinking("Better to have it checked first.");
            }

            config["decisions"]!["confidence_threshold"] = 55;
            return Turn.Text("That was a slip of the pen; mended.").And(Saving(config));
        };
    }

    private static Func<ReceivedRequest, Turn> Prose()
    {
        var then = Cycle();
        return request =>
        {
            if (!request.Tools.ContainsKey(SaveStrategy))
            {
                return then(request);
            }

            var (market, timeframe) = Designs.FirstMarket(request.Words);
            return Turn.Text($"Here it is:\n\n```json\n{Designs.Of(1, 1, market, timeframe).ToJsonString()}\n```\n");
        };
    }
}
