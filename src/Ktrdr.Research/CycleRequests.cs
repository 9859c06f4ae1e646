using System.Security.Cryptography;

namespace Ktrdr.Research;

/// <summary>Turns what a user asks for into the order of a cycle, or says why that makes no sense. Starts nothing.</summary>
internal sealed class CycleRequests(
    IBarSource bars,
    IStrategyShelf strategies,
    ILanguageModels languageModels,
    ResearchOptions options
)
{
    private const int LongestBrief = 4_000;

    private readonly Markets _markets = new(bars);

    /// <summary>The order of a request, everything decided that can be decided beforehand; or a refusal.</summary>
    public async Task<(CycleOrder? Order, Refusal? Refusal)> OrderAsync(
        TriggerRequest request,
        CancellationToken cancellationToken
    )
    {
        if (Unreasonable(request) is { } unreasonable)
        {
            return (null, unreasonable);
        }

        var (author, unavailable) = Author.Choose(options.Provider, request.Model, languageModels);
        if (author is null)
        {
            return (null, unavailable);
        }

        var market = author.Provider == Providers.Scripted ? null : await MarketAsync(request, cancellationToken);
        if (market is { Refusal: { } missing })
        {
            return (null, missing);
        }

        var order = new CycleOrder
        {
            Provider = author.Provider,
            Model = author.Model,
            Seed = market?.Seed ?? request.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Brief = string.IsNullOrWhiteSpace(request.Brief) ? null : request.Brief.Trim(),
            Strategy = request.Strategy,
            Symbol = market?.Symbol,
            Timeframe = market?.Timeframe,
            BypassGates = request.BypassGates,
            Named = request.Named,
        };
        return (order, null);
    }

    private static Refusal? Unreasonable(TriggerRequest request) =>
        request switch
        {
            { Brief: not null, Strategy: not null } => new Refusal(
                "invalid_request",
                "brief and strategy exclude each other: one asks for a design, the other brings one.",
                "Leave one of them out."
            ),
            { Seed: < 0 and var seed } => new Refusal(
                "invalid_request",
                $"A seed of {seed} is below 0.",
                "Name a whole number from 0."
            ),
            { Brief.Length: > LongestBrief and var length } => new Refusal(
                "invalid_request",
                $"The brief has {length} characters; {LongestBrief} is the most.",
                "Shorten it."
            ),
            _ => null,
        };

    private async Task<MarketChoice> MarketAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        if (request.Strategy is not { } name)
        {
            return await _markets.ChooseAsync(request, cancellationToken);
        }

        var (document, refusal) = await OpenedStrategy.OfAsync(strategies, name, cancellationToken);
        return document is null
            ? new MarketChoice(refusal!)
            : await _markets.OfStrategyAsync(document, request, cancellationToken);
    }
}
