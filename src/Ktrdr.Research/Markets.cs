using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>A market, or why there is none. Symbol and timeframe are null where the designer is to choose.</summary>
internal sealed record MarketChoice(string? Symbol, string? Timeframe, Refusal? Refusal)
{
    public MarketChoice(string? symbol, string? timeframe)
        : this(symbol, timeframe, null) { }

    public MarketChoice(Refusal refusal)
        : this(null, null, refusal) { }

    /// <summary>The seed that a named strategy brings of its own, which wins over the request's; or null.</summary>
    public int? Seed { get; init; }
}

/// <summary>Finds out which bars a request is about, and says what is missing. Without any bars it makes the sample market.</summary>
internal sealed class Markets(IBarSource bars)
{
    /// <summary>The dataset that was named, the only one that matches, the sample, or a choice left to the designer.</summary>
    public async Task<MarketChoice> ChooseAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        var (symbol, timeframe, refusal) = Wish(request);
        if (refusal is not null)
        {
            return new MarketChoice(refusal);
        }

        var datasets = await bars.ListAsync(cancellationToken);
        if ((datasets.Count == 0 && symbol is null) || symbol == SampleMarket.Symbol)
        {
            datasets = [await bars.EnsureSampleAsync(cancellationToken)];
        }

        var matching = Matching(datasets, symbol, timeframe).ToList();
        return matching.Count switch
        {
            0 => new MarketChoice(Unknown(symbol, timeframe, datasets)),
            1 => new MarketChoice(matching[0].Symbol, matching[0].Timeframe.Name),
            _ => new MarketChoice(symbol, timeframe),
        };
    }

    /// <summary>The datasets that a wish leaves open. Who names none means real bars, once there are any.</summary>
    public static IEnumerable<DatasetSummary> Matching(
        IReadOnlyList<DatasetSummary> datasets,
        string? symbol,
        string? timeframe
    )
    {
        var realOnly = symbol is null && datasets.Any(dataset => !dataset.Synthetic);
        return datasets
            .Where(dataset => !(realOnly && dataset.Synthetic))
            .Where(dataset => symbol is null || dataset.Symbol == symbol)
            .Where(dataset => timeframe is null || dataset.Timeframe.Name == timeframe);
    }

    /// <summary>The market of a strategy, which a request may repeat but not change.</summary>
    public async Task<MarketChoice> OfStrategyAsync(
        StrategyDocument strategy,
        TriggerRequest request,
        CancellationToken cancellationToken
    )
    {
        var (symbol, timeframe, refusal) = Wish(request);
        if (refusal is not null)
        {
            return new MarketChoice(refusal);
        }

        var own = new MarketChoice(strategy.Data.Symbol, strategy.Data.BaseTimeframe.Name)
        {
            Seed = strategy.Training.Seed,
        };
        if ((symbol ?? own.Symbol) != own.Symbol || (timeframe ?? own.Timeframe) != own.Timeframe)
        {
            return new MarketChoice(
                new Refusal(
                    "invalid_request",
                    $"Strategy '{strategy.Name}' is for {own.Symbol} {own.Timeframe}, not {symbol ?? own.Symbol} {timeframe ?? own.Timeframe}.",
                    "Leave symbol and timeframe out: the strategy names its own."
                )
            );
        }

        return await MissingAsync(strategy, cancellationToken) is { } missing ? new MarketChoice(missing) : own;
    }

    /// <summary>Why a strategy has no bars to work on, or null when it has.</summary>
    public async Task<Refusal?> MissingAsync(StrategyDocument strategy, CancellationToken cancellationToken)
    {
        var datasets = await bars.ListAsync(cancellationToken);
        var symbol = strategy.Data.Symbol;
        if (
            datasets.Any(dataset =>
                dataset.Symbol == symbol && dataset.Timeframe.CompareTo(strategy.Data.BaseTimeframe) <= 0
            )
        )
        {
            return null;
        }

        if (datasets.Count > 0 || symbol != SampleMarket.Symbol)
        {
            return Unknown(symbol, strategy.Data.BaseTimeframe.Name, datasets);
        }

        await bars.EnsureSampleAsync(cancellationToken);
        return null;
    }

    private static (string? Symbol, string? Timeframe, Refusal? Refusal) Wish(TriggerRequest request)
    {
        var timeframe = request.Timeframe?.ToLowerInvariant();
        return timeframe is null || Timeframe.TryParse(timeframe, out _)
            ? (request.Symbol?.ToUpperInvariant(), timeframe, null)
            : (
                null,
                null,
                new Refusal(
                    "invalid_request",
                    $"'{request.Timeframe}' is not a timeframe.",
                    $"Use one of {string.Join(", ", Timeframe.All)}."
                )
            );
    }

    private static Refusal Unknown(string? symbol, string? timeframe, IReadOnlyList<DatasetSummary> datasets)
    {
        var wanted = timeframe is null ? symbol ?? "any symbol" : $"{symbol ?? "any symbol"} at {timeframe}";
        var onHand = string.Join(", ", datasets.Select(dataset => $"{dataset.Symbol} {dataset.Timeframe}"));
        return new Refusal(
            "unknown_dataset",
            $"There are no bars of {wanted}. On hand: {(onHand.Length == 0 ? "nothing" : onHand)}.",
            "Import them: ktrdr data import FILE --symbol S --timeframe T"
        );
    }
}
