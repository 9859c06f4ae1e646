namespace Ktrdr.Core;

/// <summary>The bars a piece of work may see: one symbol, one or more timeframes, nothing later than its window.</summary>
/// <remarks>Whoever hands this out has already cut it: there is no later bar in it to look at.</remarks>
public sealed record MarketWindow
{
    /// <summary>The symbol, such as <c>EURUSD</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required InstrumentKind Kind { get; init; }

    /// <summary>Whether the bars were made up by this program rather than observed.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Which window these bars were read for.</summary>
    public required Window Window { get; init; }

    /// <summary>The timeframe that decisions are made on.</summary>
    public required Timeframe BaseTimeframe { get; init; }

    /// <summary>Bars of each timeframe, from the dataset's start to the window's end. Higher ones end no later.</summary>
    public required IReadOnlyDictionary<Timeframe, Bars> Series { get; init; }

    /// <summary>Index in <see cref="Base"/> of the first bar of the window; the bars before it only warm indicators up.</summary>
    public required int First { get; init; }

    /// <summary>SHA-256 of the window's own bars, in lower-case hex: the identity of what was read.</summary>
    public required string Hash { get; init; }

    /// <summary>Median of the valid spreads of the learning window, in price units; NaN when the data has no spread.</summary>
    public required double TypicalSpread { get; init; }

    /// <summary>Bars of the base timeframe.</summary>
    public Bars Base => Series[BaseTimeframe];
}
