namespace Ktrdr.Research;

/// <summary>What one cycle tried and what came of it, kept for the next idea.</summary>
public sealed record Experiment
{
    /// <summary>Name of the ledger that experiments are kept in; its subject is the symbol, its key the cycle.</summary>
    public const string Ledger = "experiments";

    /// <summary>The cycle.</summary>
    public required string CycleId { get; init; }

    /// <summary>The strategy's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its canonical hash: what it does, whatever it is called.</summary>
    public required string Hash { get; init; }

    /// <summary>Its behaviour on probe bars; two designs that differ only in words have the same.</summary>
    public string? Behaviour { get; init; }

    /// <summary>The market it was for.</summary>
    public required string Symbol { get; init; }

    /// <summary>The name of its timeframe.</summary>
    public required string Timeframe { get; init; }

    /// <summary>What its author believed.</summary>
    public string Hypothesis { get; init; } = "";

    /// <summary>Types of its indicators.</summary>
    public required IReadOnlyList<string> Indicators { get; init; }

    /// <summary>Kind of its labels.</summary>
    public string Labels { get; init; } = "";

    /// <summary><c>completed</c>, the code of its failure, or <c>cancelled</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why a gate turned it away or a fault ended it, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The assessment's verdict, or null.</summary>
    public string? Verdict { get; init; }

    /// <summary>Share of test rows classified rightly; NaN when it was not trained.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>Annualised Sharpe ratio of its backtest; NaN without one.</summary>
    public double SharpeRatio { get; init; } = double.NaN;

    /// <summary>Winners over all trades; NaN without a backtest.</summary>
    public double WinRate { get; init; } = double.NaN;

    /// <summary>Largest drawdown, a fraction; NaN without a backtest.</summary>
    public double MaxDrawdown { get; init; } = double.NaN;

    /// <summary>Closed trades; 0 without a backtest.</summary>
    public int Trades { get; init; }

    /// <summary>Whether its author saw symbols and dates, so that its words may tell them.</summary>
    public bool Named { get; init; }

    /// <summary>What was learned: the assessment's weaknesses and suggestions, or what the gate measured.</summary>
    public IReadOnlyList<string> Learned { get; init; } = [];

    /// <summary>An experiment before anything came of it.</summary>
    internal static Experiment Of(string cycleId, DesignResult design, string outcome) =>
        new()
        {
            CycleId = cycleId,
            Name = design.StrategyName,
            Hash = design.StrategyHash,
            Behaviour = design.Behaviour,
            Symbol = design.Symbol,
            Timeframe = design.Timeframe,
            Hypothesis = design.Hypothesis,
            Indicators = design.Indicators,
            Labels = design.Labels,
            Outcome = outcome,
        };
}
