namespace Ktrdr.Core;

/// <summary>The kinds of value a parameter of an indicator may take.</summary>
public enum ParameterKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Any finite number.</summary>
    Number,

    /// <summary>One of a few words.</summary>
    Choice,
}

/// <summary>One parameter of an indicator, as the catalogue, the validator and the designer know it.</summary>
public sealed record IndicatorParameter
{
    /// <summary>Name in the document, such as <c>period</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of value it takes.</summary>
    public required ParameterKind Kind { get; init; }

    /// <summary>What it does, with its unit.</summary>
    public required string Meaning { get; init; }

    /// <summary>The number used when none is given; unused for a choice.</summary>
    public double Default { get; init; }

    /// <summary>Smallest number allowed.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Largest number allowed.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Minimum"/> itself is out of range.</summary>
    public bool MinimumExcluded { get; init; }

    /// <summary>The words a choice may take, the default first; empty for numbers.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>One column that an indicator produces.</summary>
/// <param name="Name">Name after the dot, such as <c>plus_di</c>; <c>value</c> for the only one.</param>
/// <param name="Low">Smallest value it can take, or negative infinity.</param>
/// <param name="High">Largest value it can take, or positive infinity.</param>
/// <param name="Unit">What a value is measured in: <c>points</c>, <c>price</c>, <c>percent</c>, <c>units</c>, <c>ratio</c>.</param>
public sealed record IndicatorOutput(string Name, double Low, double High, string Unit)
{
    /// <summary>Whether its natural range has two ends, which makes fuzzy sets comparable between markets.</summary>
    public bool Bounded => double.IsFinite(Low) && double.IsFinite(High);
}

/// <summary>One indicator, declared once: the catalogue, the validator, the designer and the engine all read this.</summary>
/// <remarks>Each indicator lives in a file of its own that holds the declaration and the arithmetic.</remarks>
public sealed record IndicatorDefinition
{
    /// <summary>Name in the document, lower case, such as <c>rsi</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Other names it answers to.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What it tells, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>trend, momentum, volatility, volume, support_resistance or multi_purpose.</summary>
    public required string Category { get; init; }

    /// <summary>Its parameters, in the order they are shown. A <c>source</c> is not among them.</summary>
    public IReadOnlyList<IndicatorParameter> Parameters { get; init; } = [];

    /// <summary>Whether it reads one column chosen by <c>source</c> (open, high, low, close, volume; close when not said).</summary>
    public bool TakesSource { get; init; }

    /// <summary>Whether it reads the volume, which forex does not have.</summary>
    public bool NeedsVolume { get; init; }

    /// <summary>Its columns, the primary one first.</summary>
    public required IReadOnlyList<IndicatorOutput> Outputs { get; init; }

    /// <summary>How many leading values of one output are always NaN (before any gap in its definition).</summary>
    /// <remarks>Takes the settings and the index of the output.</remarks>
    public required Func<IndicatorSettings, int, int> WarmUp { get; init; }

    /// <summary>Fills one column per output, each as long as the bars. Every value is written; NaN while warming up.</summary>
    public required IndicatorComputation Compute { get; init; }
}

/// <summary>The arithmetic of an indicator.</summary>
/// <param name="bars">What it reads.</param>
/// <param name="settings">Its effective parameters.</param>
/// <param name="outputs">One column per output of the definition, each as long as the bars.</param>
public delegate void IndicatorComputation(Bars bars, IndicatorSettings settings, double[][] outputs);

/// <summary>The effective parameters of one use of an indicator: defaults filled in, ranges already checked.</summary>
/// <param name="Numbers">Numbers by parameter name.</param>
/// <param name="Choices">Words by parameter name.</param>
/// <param name="Source">Which column it reads: open, high, low, close or volume.</param>
public sealed record IndicatorSettings(
    IReadOnlyDictionary<string, double> Numbers,
    IReadOnlyDictionary<string, string> Choices,
    string Source
)
{
    /// <summary>A whole-number parameter.</summary>
    public int Integer(string name) => (int)Numbers[name];

    /// <summary>A numeric parameter.</summary>
    public double Number(string name) => Numbers[name];

    /// <summary>A word.</summary>
    public string Choice(string name) => Choices[name];

    /// <summary>The column that <see cref="Source"/> names.</summary>
    public ReadOnlySpan<double> Column(Bars bars) =>
        Source switch
        {
            "open" => bars.Open,
            "high" => bars.High,
            "low" => bars.Low,
            "volume" => bars.Volume,
            _ => bars.Close,
        };
}
