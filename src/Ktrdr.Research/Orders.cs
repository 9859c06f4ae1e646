using System.Text.Json.Serialization;
using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>The kinds of operation that research is made of.</summary>
public static class OperationTypes
{
    /// <summary>A whole cycle.</summary>
    public const string Cycle = "agent_research";

    /// <summary>Its first child.</summary>
    public const string Design = "agent_design";

    /// <summary>Its second child, or a training by hand.</summary>
    public const string Training = "training";

    /// <summary>Its third child, or a backtest by hand.</summary>
    public const string Backtest = "backtesting";

    /// <summary>Its fourth child.</summary>
    public const string Assessment = "agent_assessment";

    /// <summary>Bars being read into a dataset; reserved, since an import is over before anybody could watch it.</summary>
    public const string DataLoad = "data_load";

    /// <summary>All of them, those of a cycle first and in its order.</summary>
    public static IReadOnlyList<string> All { get; } = [Cycle, Design, Training, Backtest, Assessment, DataLoad];
}

/// <summary>What a cycle is asked for. Recorded with its operation.</summary>
public sealed record CycleOrder
{
    /// <summary>Who designs and assesses: <c>anthropic</c>, <c>local</c> or <c>scripted</c>; never <c>auto</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The model's name in records; the provider's own name where it has no models.</summary>
    public required string Model { get; init; }

    /// <summary>The seed that decides the cycle.</summary>
    public required int Seed { get; init; }

    /// <summary>The user's wish for the design, or null.</summary>
    public string? Brief { get; init; }

    /// <summary>An existing strategy to try instead of designing one, or null.</summary>
    public string? Strategy { get; init; }

    /// <summary>Identity of that strategy's text on the shelf when it was asked for, so that every home tries the same; null
    /// without one, and in orders of older programs, which take the file as it is when they come to it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StrategyIdentity { get; init; }

    /// <summary>The symbol to research, or null to choose.</summary>
    public string? Symbol { get; init; }

    /// <summary>Name of the timeframe to research, or null to choose.</summary>
    public string? Timeframe { get; init; }

    /// <summary>Whether gates are judged and recorded but do not end the cycle.</summary>
    public bool BypassGates { get; init; }

    /// <summary>Whether a language model may see symbols and dates.</summary>
    public bool Named { get; init; }
}

/// <summary>What a cycle returns.</summary>
/// <param name="Success">True: a cycle that ends otherwise returns nothing.</param>
/// <param name="StrategyName">The strategy that was tried.</param>
/// <param name="Verdict">What was thought of it.</param>
public sealed record CycleResult(bool Success, string StrategyName, string Verdict);

/// <summary>What a design is asked for.</summary>
public sealed record DesignOrder(
    string Provider,
    string Model,
    int Seed,
    string? Brief,
    string? Symbol,
    string? Timeframe,
    bool Named
)
{
    /// <summary>The design that a cycle asks for.</summary>
    public static DesignOrder Of(CycleOrder cycle) =>
        new(cycle.Provider, cycle.Model, cycle.Seed, cycle.Brief, cycle.Symbol, cycle.Timeframe, cycle.Named);
}

/// <summary>What a design returns.</summary>
public sealed record DesignResult
{
    /// <summary>The name it took.</summary>
    public required string StrategyName { get; init; }

    /// <summary>Its file, relative to the home.</summary>
    public required string StrategyPath { get; init; }

    /// <summary>Identity of its text on the shelf.</summary>
    public required string StrategyIdentity { get; init; }

    /// <summary>Canonical hash: what it does, whatever it is called.</summary>
    public required string StrategyHash { get; init; }

    /// <summary>The symbol it is for.</summary>
    public required string Symbol { get; init; }

    /// <summary>Name of its base timeframe.</summary>
    public required string Timeframe { get; init; }

    /// <summary>Types of its indicators.</summary>
    public required IReadOnlyList<string> Indicators { get; init; }

    /// <summary>What its author believed.</summary>
    public string Hypothesis { get; init; } = "";

    /// <summary>Kind of its labels: <c>triple_barrier</c> or <c>zigzag</c>.</summary>
    public string Labels { get; init; } = "";

    /// <summary>What it does on probe bars, or null where that cannot be told.</summary>
    public string? Behaviour { get; init; }

    /// <summary>How many candidates were scored by an outcome of trading.</summary>
    public required int Candidates { get; init; }

    /// <summary>Tokens read by a language model, 0 without one.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens written by a language model, 0 without one.</summary>
    public long OutputTokens { get; init; }
}

/// <summary>What a training is asked for.</summary>
public sealed record TrainingOrder
{
    /// <summary>Who stands behind the cycle; <c>scripted</c> answers fixed figures.</summary>
    public string Provider { get; init; } = "local";

    /// <summary>The strategy's name, for paths and people.</summary>
    public required string StrategyName { get; init; }

    /// <summary>Identity of its text on the shelf.</summary>
    public required string StrategyIdentity { get; init; }

    /// <summary>The run's seed; the strategy's own wins.</summary>
    public required int Seed { get; init; }

    /// <summary>First day learned from, or null; narrows the window.</summary>
    public DateOnly? Start { get; init; }

    /// <summary>Last day learned from, or null; narrows the window.</summary>
    public DateOnly? End { get; init; }
}

/// <summary>What a training returns: the contract's flat figures, then the whole report.</summary>
public sealed record TrainingResult
{
    /// <summary>Share of test rows classified rightly.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Loss of the untrained network on the training rows.</summary>
    public required double InitialLoss { get; init; }

    /// <summary>Loss of the kept weights on the same rows.</summary>
    public required double FinalLoss { get; init; }

    /// <summary>The model's folder, relative to the home; null for a stub.</summary>
    public required string? ModelPath { get; init; }

    /// <summary>Identity of the model on the shelf; null for a stub.</summary>
    public required string? ModelIdentity { get; init; }

    /// <summary>The whole report.</summary>
    public required TrainingReport Report { get; init; }
}

/// <summary>What a backtest is asked for.</summary>
public sealed record BacktestOrder
{
    /// <summary>Who stands behind the cycle; <c>scripted</c> answers fixed figures.</summary>
    public string Provider { get; init; } = "local";

    /// <summary>The strategy's name, for paths and people.</summary>
    public required string StrategyName { get; init; }

    /// <summary>Identity of its text on the shelf.</summary>
    public required string StrategyIdentity { get; init; }

    /// <summary>Identity of the model; null for a stub.</summary>
    public required string? ModelIdentity { get; init; }

    /// <summary>How many candidates the designer scored by an outcome of trading.</summary>
    public int Candidates { get; init; }

    /// <summary>Money at the start. Default 100,000.</summary>
    public double InitialCapital { get; init; } = 100_000;

    /// <summary>Costs that were asked for, or null for the instrument's own.</summary>
    public Costs? Costs { get; init; }

    /// <summary>First day traded, or null; narrows the window.</summary>
    public DateOnly? Start { get; init; }

    /// <summary>Last day traded, or null; narrows the window.</summary>
    public DateOnly? End { get; init; }
}

/// <summary>What a backtest returns: the contract's flat figures, then the whole report.</summary>
public sealed record BacktestResult
{
    /// <summary>Annualised Sharpe ratio.</summary>
    public required double SharpeRatio { get; init; }

    /// <summary>Winners over all trades.</summary>
    public required double WinRate { get; init; }

    /// <summary>Largest drawdown, a fraction.</summary>
    public required double MaxDrawdown { get; init; }

    /// <summary>Profit, in the quote currency.</summary>
    public required double TotalReturn { get; init; }

    /// <summary>Closed trades.</summary>
    public required int TotalTrades { get; init; }

    /// <summary>Folder of trades and decisions, relative to the home; null for a stub.</summary>
    public required string? ResultsPath { get; init; }

    /// <summary>Identity of the trades and decisions on the shelf; null for a stub.</summary>
    public required string? ResultsIdentity { get; init; }

    /// <summary>The whole report.</summary>
    public required BacktestReport Report { get; init; }
}

/// <summary>What an assessment is asked for.</summary>
public sealed record AssessmentOrder
{
    /// <summary>Who assesses.</summary>
    public required string Provider { get; init; }

    /// <summary>The language model's id, or the provider's own name where it has none.</summary>
    public required string Model { get; init; }

    /// <summary>Whether a language model may see symbols and dates.</summary>
    public bool Named { get; init; }

    /// <summary>The strategy's name.</summary>
    public required string StrategyName { get; init; }

    /// <summary>Identity of its text on the shelf.</summary>
    public required string StrategyIdentity { get; init; }

    /// <summary>How training went.</summary>
    public required TrainingReport Training { get; init; }

    /// <summary>How the backtest went.</summary>
    public required BacktestReport Backtest { get; init; }

    /// <summary>What the gates said.</summary>
    public required IReadOnlyList<Verdict> Gates { get; init; }

    /// <summary>How many candidates the designer scored by an outcome of trading.</summary>
    public required int Candidates { get; init; }
}

/// <summary>What an assessment returns.</summary>
public sealed record AssessmentResult
{
    /// <summary><c>promising</c>, <c>mediocre</c> or <c>poor</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Two to four.</summary>
    public required IReadOnlyList<string> Strengths { get; init; }

    /// <summary>Two to four.</summary>
    public required IReadOnlyList<string> Weaknesses { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<string> Suggestions { get; init; }

    /// <summary>Whether the seeds' stub made it up.</summary>
    public bool Stub { get; init; }

    /// <summary>Its file, relative to the home.</summary>
    public required string AssessmentPath { get; init; }

    /// <summary>Tokens read by a language model, 0 without one.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens written by a language model, 0 without one.</summary>
    public long OutputTokens { get; init; }
}
