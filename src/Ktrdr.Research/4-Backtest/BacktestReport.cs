using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>How a backtest went, on bars its model never saw.</summary>
public sealed record BacktestReport
{
    /// <summary>What it amounts to.</summary>
    public required Performance Metrics { get; init; }

    /// <summary>Equity of buying all at the first open and holding, under the same costs.</summary>
    public required Performance BuyAndHold { get; init; }

    /// <summary>What was charged.</summary>
    public required Costs Costs { get; init; }

    /// <summary>What kind of instrument was charged for.</summary>
    public required InstrumentKind Kind { get; init; }

    /// <summary>Bars whose spread was missing, zero or negative and took the typical one.</summary>
    public required int RepairedSpreads { get; init; }

    /// <summary>Money at the start.</summary>
    public required double InitialCapital { get; init; }

    /// <summary>Raw signals: BUY, HOLD, SELL.</summary>
    public required IReadOnlyList<int> RawSignals { get; init; }

    /// <summary>Signals after the filters: BUY, HOLD, SELL.</summary>
    public required IReadOnlyList<int> FinalSignals { get; init; }

    /// <summary>How often each filter stood in the way, by name.</summary>
    public required IReadOnlyDictionary<string, int> FilterCounts { get; init; }

    /// <summary>How often positions closed for each reason, by name.</summary>
    public required IReadOnlyDictionary<string, int> ExitCounts { get; init; }

    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>Name of the timeframe.</summary>
    public required string Timeframe { get; init; }

    /// <summary>Start of the first bar traded, ISO 8601.</summary>
    public required string FirstBar { get; init; }

    /// <summary>Start of the last bar traded, ISO 8601.</summary>
    public required string LastBar { get; init; }

    /// <summary>Bars traded.</summary>
    public required int Bars { get; init; }

    /// <summary>Identity of the bars.</summary>
    public required string WindowHash { get; init; }

    /// <summary>Which window the bars came from.</summary>
    public required string Window { get; init; }

    /// <summary>Whether the bars were made up.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Whether the seeds' stub made these figures up.</summary>
    public bool Stub { get; init; }

    /// <summary>Equity at no more than 500 evenly spaced bars, the last included.</summary>
    public required IReadOnlyList<EquityPoint> EquityCurve { get; init; }

    /// <summary>What a careful reader should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>Equity at the close of one bar.</summary>
/// <param name="Time">Start of the bar, ISO 8601.</param>
/// <param name="Equity">Cash and open position at the close.</param>
public sealed record EquityPoint(string Time, double Equity);
