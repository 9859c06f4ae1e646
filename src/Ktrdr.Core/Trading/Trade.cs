namespace Ktrdr.Core;

/// <summary>Which way a position points.</summary>
public enum Side
{
    /// <summary>Bought first.</summary>
    Long,

    /// <summary>Sold first.</summary>
    Short,
}

/// <summary>Why a position closed.</summary>
public enum ExitReason
{
    /// <summary>The opposite signal.</summary>
    Signal,

    /// <summary>The take profit was touched.</summary>
    TakeProfit,

    /// <summary>The stop was touched or jumped over.</summary>
    Stop,

    /// <summary>It grew too old.</summary>
    MaxBars,

    /// <summary>The data ended.</summary>
    EndOfData,
}

/// <summary>One position from its opening to its closing. Money is in the quote currency.</summary>
public sealed record Trade
{
    /// <summary>1 for the first.</summary>
    public required int Number { get; init; }

    /// <summary>Which way it pointed.</summary>
    public required Side Side { get; init; }

    /// <summary>Start of the bar whose close decided it, seconds since 1970-01-01 UTC.</summary>
    public required long DecidedTime { get; init; }

    /// <summary>Start of the bar it opened in, seconds since 1970-01-01 UTC.</summary>
    public required long EntryTime { get; init; }

    /// <summary>Start of the bar it closed in, seconds since 1970-01-01 UTC.</summary>
    public required long ExitTime { get; init; }

    /// <summary>Bars from entry to exit.</summary>
    public required int HoldingBars { get; init; }

    /// <summary>Whole units.</summary>
    public required double Quantity { get; init; }

    /// <summary>Price paid or received at entry, spread included.</summary>
    public required double EntryPrice { get; init; }

    /// <summary>Price received or paid at exit, spread included.</summary>
    public required double ExitPrice { get; init; }

    /// <summary>Profit at mid prices, before any cost.</summary>
    public required double GrossProfit { get; init; }

    /// <summary>Commission of both fills.</summary>
    public required double Commission { get; init; }

    /// <summary>What crossing the spread and slippage cost at both fills.</summary>
    public required double SpreadCost { get; init; }

    /// <summary>Gross profit less commission and spread cost.</summary>
    public required double NetProfit { get; init; }

    /// <summary>Net profit over the entry's notional, a fraction.</summary>
    public required double Return { get; init; }

    /// <summary>Why it closed.</summary>
    public required ExitReason Exit { get; init; }

    /// <summary>Probability of the signal that opened it.</summary>
    public required float Confidence { get; init; }

    /// <summary>Best open profit while it was open, at mid prices, 0 or more.</summary>
    public required double MaxFavorable { get; init; }

    /// <summary>Worst open loss while it was open, at mid prices, 0 or less.</summary>
    public required double MaxAdverse { get; init; }
}
