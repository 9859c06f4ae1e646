using System.Globalization;
using System.Text;
using Ktrdr.Agent;
using Ktrdr.Core;
using Ktrdr.Loopback;
using Ktrdr.Research;
using Arguments = Ktrdr.Loopback.Arguments;

namespace Ktrdr.Measures;

/// <summary>How long the requests are that a design and an assessment begin with, and that a save is the end of both.</summary>
internal static class Tokens
{
    private const string Model = "claude-opus-5-5";
    private const int Markets = 20;
    private const int Earlier = 50;

    private static readonly ResearchOptions s_research = new();

    public static async Task<int> RunAsync(string[] arguments)
    {
        Arguments.Read(arguments);
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Cycle();
        var options = new AgentOptions { Key = new Secret(claude.Key), BaseUrl = new Uri(claude.Url) };
        using var client = new MessagesClient(options, TimeProvider.System);

        var design = Design();
        var missed = await JudgeAsync(
            $"design, with a brief of {design.Wish!.Length:#,0} characters, {Markets} markets and {Earlier} experiments",
            Conversation.Opening(
                Purpose.Design(Model),
                DesignPrompt.Write(design, Aliases.For(design), s_research),
                DesignTools.Offered(),
                options
            ),
            DesignPrompt.MostTokens
        );
        var assessment = Assessment();
        missed |= await JudgeAsync(
            "assessment, with every text at its longest",
            Conversation.Opening(
                Purpose.Assess(Model),
                AssessmentPrompt.Write(assessment, Aliases.For(assessment)),
                AssessmentTools.Offered(),
                options
            ),
            AssessmentPrompt.MostTokens
        );
        return missed | await CycleAsync(claude);

        async Task<int> JudgeAsync(string what, System.Text.Json.Nodes.JsonObject request, long most)
        {
            var counted = await client.CountAsync(request, CancellationToken.None);
            var measured = TokensOf(claude.Requests[^1]);
            return Measurements.Say(
                measured <= most && counted <= most,
                $"{what}: {Number(measured)} tokens by UTF-8 bytes / 4 of the whole body, {Number(counted)} by the loopback "
                    + $"server's count; at most {Number(most)}"
            );
        }
    }

    // A real cycle from its trigger to its end: one request to design, one to assess.
    private static async Task<int> CycleAsync(LoopbackServer claude)
    {
        using var home = new TemporaryHome();
        await using var served = await ServedHome.StartAsync(claude, home.Folder);
        await served.CompletedAsync(new() { Seed = 1, BypassGates = true });
        var sent = claude.Messages;
        return Measurements.Say(
            sent.Count == 2
                && TokensOf(sent[0]) <= DesignPrompt.MostTokens
                && TokensOf(sent[1]) <= AssessmentPrompt.MostTokens,
            $"a cycle whose design and assessment are saved at once: {sent.Count} requests, of "
                + $"{string.Join(" and ", sent.Select(request => Number(TokensOf(request))))} tokens; a save ends the loop"
        );
    }

    private static long TokensOf(ReceivedRequest request) => (Encoding.UTF8.GetByteCount(request.Text) + 3) / 4;

    private static string Number(long? value) =>
        value is { } known ? known.ToString("#,0", CultureInfo.InvariantCulture) : "?";

    private static DesignBrief Design() =>
        new()
        {
            Seed = 1,
            Model = Model,
            Named = true,
            Wish = string.Concat(Enumerable.Repeat("Fade the second failure at a level; never before news. ", 36)),
            Markets =
            [
                .. Enumerable
                    .Range(1, Markets)
                    .Select(number => new MarketOnHand
                    {
                        Symbol = $"SYMBOL{number}",
                        Timeframe = "1h",
                        Kind = InstrumentKind.Forex,
                        HasSpread = true,
                        HasVolume = true,
                        LearningBars = 44_844,
                        Spread = 0.000_08,
                        Volatility = 0.001_15,
                        Start = new DateTimeOffset(2007, 4, 1, 0, 0, 0, TimeSpan.Zero),
                        End = new DateTimeOffset(2014, 3, 1, 0, 0, 0, TimeSpan.Zero),
                    }),
            ],
            Earlier =
            [
                .. Enumerable
                    .Range(1, Earlier)
                    .Select(number => new Experiment
                    {
                        CycleId = $"op_agent_research_20260101_000000_{number:x8}",
                        Name = $"patient_reversal_williamsr{number}_stochastic{number}",
                        Hash = $"{number}",
                        Symbol = $"SYMBOL{1 + (number % Markets)}",
                        Timeframe = "1h",
                        Indicators = ["williamsr", "stochastic", "adx"],
                        Labels = "triple_barrier",
                        Outcome = "backtest_gate_failed",
                        Reason = new string('r', 4_000),
                        Accuracy = 0.55,
                        SharpeRatio = -0.7,
                        WinRate = 0.44,
                        MaxDrawdown = 0.21,
                        Trades = 312,
                        Learned = [.. Enumerable.Repeat(new string('l', 4_000), 8)],
                    }),
            ],
        };

    private static AssessmentBrief Assessment()
    {
        var script = new Script(s_research, TimeProvider.System);
        var warnings = Enumerable.Repeat(new string('w', 5_000), 50).ToList();
        return new AssessmentBrief
        {
            Model = Model,
            StrategyName = new string('s', 100),
            Hypothesis = new string('h', 20_000),
            Design = [.. Enumerable.Repeat(new string('d', 120), 6)],
            Synthetic = true,
            Training = script.Training with { Warnings = warnings },
            Backtest = script.Backtest with { Warnings = warnings },
            Gates = [new Verdict("backtest", [new Check("sharpe", 0.4, -0.5, true, true, "")])],
            Candidates = 0,
        };
    }
}
