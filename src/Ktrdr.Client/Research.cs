using System.Text.Json;

namespace Ktrdr.Client;

/// <summary>A strategy by name, with what became of it.</summary>
public sealed record StrategyView
{
    /// <summary>Its name, which is also the name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>Its file, relative to the home.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the file obeys every rule; the rest is null where it does not.</summary>
    public required bool Valid { get; init; }

    /// <summary>What it does, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>The symbol it is for, or null.</summary>
    public required string? Symbol { get; init; }

    /// <summary>The timeframe it decides on, or null.</summary>
    public required string? Timeframe { get; init; }

    /// <summary>Types of its indicators.</summary>
    public required IReadOnlyList<string> Indicators { get; init; }

    /// <summary>Folder of its newest model, relative to the home, or null while untrained.</summary>
    public required string? ModelPath { get; init; }

    /// <summary>What the assessment said, or null.</summary>
    public required string? Verdict { get; init; }

    /// <summary>The text of its file; null in lists.</summary>
    public required string? Yaml { get; init; }

    /// <summary>Figures of its newest training, or null.</summary>
    public required JsonElement? LatestTraining { get; init; }

    /// <summary>Figures of its newest backtest, or null.</summary>
    public required JsonElement? LatestBacktest { get; init; }

    /// <summary>The whole assessment, or null.</summary>
    public required JsonElement? Assessment { get; init; }
}

/// <summary>What is wrong, or might be, with a strategy.</summary>
public sealed record ValidationView
{
    /// <summary>Whether there is no error.</summary>
    public required bool Valid { get; init; }

    /// <summary>The name in the document, or null when it has none that can be read.</summary>
    public required string? StrategyName { get; init; }

    /// <summary>Every broken rule, with its place and value.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>What is allowed but unwise.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What may have been meant.</summary>
    public required IReadOnlyList<string> Suggestions { get; init; }

    /// <summary>Sections that are not there.</summary>
    public required IReadOnlyList<string> MissingSections { get; init; }
}

/// <summary>One indicator of the catalogue.</summary>
public sealed record IndicatorView
{
    /// <summary>Name in a document, such as <c>rsi</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Other names it answers to.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>What it tells.</summary>
    public required string Summary { get; init; }

    /// <summary>Such as <c>momentum</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Its parameters, in order.</summary>
    public required IReadOnlyList<ParameterView> Parameters { get; init; }

    /// <summary>Whether a <c>source</c> column may be chosen.</summary>
    public required bool TakesSource { get; init; }

    /// <summary>Whether it reads the volume.</summary>
    public required bool NeedsVolume { get; init; }

    /// <summary>Its columns, the primary one first.</summary>
    public required IReadOnlyList<OutputView> Outputs { get; init; }
}

/// <summary>One parameter of an indicator.</summary>
public sealed record ParameterView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>integer</c>, <c>number</c> or <c>choice</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it does, with its unit.</summary>
    public required string Meaning { get; init; }

    /// <summary>The number used when none is given; null for a choice.</summary>
    public required double? Default { get; init; }

    /// <summary>Smallest number allowed, or null.</summary>
    public required double? Minimum { get; init; }

    /// <summary>Largest number allowed, or null.</summary>
    public required double? Maximum { get; init; }

    /// <summary>Whether the smallest number itself is out of range.</summary>
    public required bool MinimumExcluded { get; init; }

    /// <summary>The words a choice may take, the default first.</summary>
    public required IReadOnlyList<string> Choices { get; init; }
}

/// <summary>One column of an indicator.</summary>
public sealed record OutputView
{
    /// <summary>Its name; <c>value</c> for the only one.</summary>
    public required string Name { get; init; }

    /// <summary>Smallest value it can take, or null for none.</summary>
    public required double? Low { get; init; }

    /// <summary>Largest value it can take, or null for none.</summary>
    public required double? High { get; init; }

    /// <summary>What a value is measured in.</summary>
    public required string Unit { get; init; }
}

/// <summary>A training by hand.</summary>
public sealed record TrainingRequest
{
    /// <summary>The strategy's name.</summary>
    public string? Strategy { get; init; }

    /// <summary>The seed, or null to have one drawn and recorded.</summary>
    public int? Seed { get; init; }

    /// <summary>First day learned from, or null.</summary>
    public DateOnly? StartDate { get; init; }

    /// <summary>Last day learned from, or null.</summary>
    public DateOnly? EndDate { get; init; }
}

/// <summary>A backtest by hand.</summary>
public sealed record BacktestRequest
{
    /// <summary>The strategy's name.</summary>
    public string? Strategy { get; init; }

    /// <summary>Folder of the model relative to the home, or null for the newest.</summary>
    public string? ModelPath { get; init; }

    /// <summary>Money at the start, or null for 100,000.</summary>
    public double? InitialCapital { get; init; }

    /// <summary>Commission, spread and slippage in place of the instrument's own, or null.</summary>
    public CostsView? Costs { get; init; }

    /// <summary>First day traded, or null.</summary>
    public DateOnly? StartDate { get; init; }

    /// <summary>Last day traded, or null.</summary>
    public DateOnly? EndDate { get; init; }
}

/// <summary>What each fill costs.</summary>
public sealed record CostsView
{
    /// <summary>Ask minus bid as a fraction of the price, or null to take each bar's own.</summary>
    public double? Spread { get; init; }

    /// <summary>A fraction of the notional of each fill.</summary>
    public double Commission { get; init; }

    /// <summary>A fraction of the price, always adverse, of each fill.</summary>
    public double Slippage { get; init; }
}
