namespace Ktrdr.Core;

/// <summary>What a simulation did, with the reason for everything it did not do.</summary>
public sealed record SimulationResult
{
    /// <summary>Closed positions, oldest first; none is left open.</summary>
    public required IReadOnlyList<Trade> Trades { get; init; }

    /// <summary>One decision for each traded bar, put together when asked for.</summary>
    public required IReadOnlyList<Decision> Decisions { get; init; }

    /// <summary>Cash and open position at the mid close of each traded bar; at the last bar, after closing with costs.</summary>
    public required double[] Equity { get; init; }

    /// <summary>Equity over the equity one bar before, less 1; the first against the initial capital. NaN after a ruin.</summary>
    /// <remarks>Computed when first asked for.</remarks>
    public double[] Returns => field ??= PerformanceMetrics.ReturnsOf(Equity, InitialCapital);

    /// <summary>Money at the start.</summary>
    public required double InitialCapital { get; init; }

    /// <summary>Raw signals: BUY, HOLD, SELL.</summary>
    public required IReadOnlyList<int> RawSignals { get; init; }

    /// <summary>Signals after the filters: BUY, HOLD, SELL.</summary>
    public required IReadOnlyList<int> FinalSignals { get; init; }

    /// <summary>How many decisions each filter stood in the way of, by the name of every filter.</summary>
    public required IReadOnlyDictionary<string, int> FilterCounts { get; init; }

    /// <summary>How many positions closed for each reason, by the name of every reason.</summary>
    public required IReadOnlyDictionary<string, int> ExitCounts { get; init; }

    /// <summary>Traded bars whose spread was missing, zero or negative and took the typical one.</summary>
    public required int RepairedSpreads { get; init; }

    /// <summary>Share of traded bars during which a position was open at some moment.</summary>
    public required double Exposure { get; init; }

    /// <summary>Bars a year in the stretch traded.</summary>
    public required double BarsPerYear { get; init; }

    /// <summary>What a careful reader should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Equity at the end.</summary>
    public double FinalEquity => Equity[^1];
}
