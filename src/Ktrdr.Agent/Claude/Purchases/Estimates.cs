using System.Text.Json.Nodes;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>What a cycle can cost, worked out from the very requests it would begin with.</summary>
/// <remarks>The prompts are counted by the provider where there is a key, which costs nothing and asks for no reply.</remarks>
internal sealed class Estimates(
    MessagesClient client,
    Prices prices,
    AgentOptions options,
    ResearchOptions research,
    IScript script
)
{
    private const int Phases = 2;

    /// <summary>The estimate for a brief; the assessment is one of typical figures.</summary>
    public async Task<CycleEstimate> OfAsync(DesignBrief brief, CancellationToken cancellationToken)
    {
        var price =
            prices.Today(brief.Model)
            ?? throw new InvalidOperationException($"The model '{brief.Model}' was chosen although it has no price.");
        var design = Conversation.Opening(
            Purpose.Design(brief.Model),
            DesignPrompt.Write(brief, Aliases.For(brief), research),
            DesignTools.Offered(),
            options
        );
        var assessed = Typical(brief);
        var assessment = Conversation.Opening(
            Purpose.Assess(brief.Model),
            AssessmentPrompt.Write(assessed, Aliases.For(assessed)),
            AssessmentTools.Offered(),
            options
        );
        var counted = (
            Design: await CountAsync(design, cancellationToken),
            Assessment: await CountAsync(assessment, cancellationToken)
        );
        var (designed, judged) = counted is ({ } one, { } two)
            ? (one, two)
            : (Prompt.Tokens(Sent(design)), Prompt.Tokens(Sent(assessment)));
        return new CycleEstimate
        {
            Model = brief.Model,
            DesignTokens = designed,
            AssessmentTokens = judged,
            CountedBy = counted is (not null, not null) ? "provider" : "bytes",
            OneRound = Whole(price, designed) + Whole(price, judged),
            Most = Most(price),
        };
    }

    // Every round of both phases at its most, each asked for as often as it may be; the limits end it long before.
    private Money Most(PriceRow price)
    {
        var request = Whole(price, options.MaxInputTokens);
        if (options.CallLimit is { } perCall && perCall < request)
        {
            request = perCall;
        }

        var all = request * (Phases * options.MaxRounds * Retries.Attempts);
        return options.CycleLimit is { } perCycle && perCycle < all ? perCycle : all;
    }

    private Money Whole(PriceRow price, long promptTokens)
    {
        var most = price.Most(promptTokens);
        return most.Prompt + (most.OutputToken * options.MaxTokens);
    }

    private async Task<long?> CountAsync(JsonObject request, CancellationToken cancellationToken) =>
        options.Key is null ? null : await client.CountAsync(request, cancellationToken);

    // What a prompt is made of; the rest of a request is not read by the model.
    private static string Sent(JsonObject request) =>
        string.Concat(
            new[] { "system", "messages", "tools" }.Select(part => request[part]!.ToJsonString(OperationJson.Options))
        );

    private AssessmentBrief Typical(DesignBrief brief) =>
        new()
        {
            Model = brief.Model,
            Named = brief.Named,
            StrategyName = "a_strategy_with_a_name_of_its_own",
            Hypothesis = new string('h', 300),
            Design = [.. Enumerable.Repeat(new string('d', 120), 6)],
            Synthetic = false,
            Training = script.Training,
            Backtest = script.Backtest,
            Gates = [],
            Candidates = 0,
        };
}
