namespace Ktrdr.Core;

/// <summary>A strategy as everyone but a file knows it: complete, checked, every default written out.</summary>
/// <remarks>Made by <c>StrategyReader</c> only, which applies the defaults and refuses what the rules refuse. Order
/// is kept everywhere, because the order of memberships and inputs is the order of the network's features.</remarks>
public sealed record StrategyDocument
{
    /// <summary>Unique name; also the name of its file. Letters, digits, <c>_</c> and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in words; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>What its author believes about the market; may be empty.</summary>
    public string Hypothesis { get; init; } = "";

    /// <summary>Version of the format; starts with 3.</summary>
    public string Version { get; init; } = "3.0";

    /// <summary>Free labels.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What it learns from.</summary>
    public required TrainingData Data { get; init; }

    /// <summary>Its indicators, in document order.</summary>
    public required IReadOnlyList<StrategyIndicator> Indicators { get; init; }

    /// <summary>Its fuzzy sets, in document order.</summary>
    public required IReadOnlyList<FuzzySet> FuzzySets { get; init; }

    /// <summary>What the network is fed, in order.</summary>
    public required IReadOnlyList<NetworkInput> Inputs { get; init; }

    /// <summary>The network.</summary>
    public required NetworkDesign Model { get; init; }

    /// <summary>How a probability becomes a decision.</summary>
    public required DecisionRules Decisions { get; init; }

    /// <summary>When a position closes.</summary>
    public required ExitRules Exits { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingDesign Training { get; init; }

    /// <summary>Share of the available cash that one position takes, (0, 1]. Default 0.25.</summary>
    public double PositionFraction { get; init; } = StrategyDefaults.PositionFraction;
}

/// <summary>What a strategy learns from.</summary>
public sealed record TrainingData
{
    /// <summary>The one symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>Its timeframes, in document order; the base one among them.</summary>
    public required IReadOnlyList<Timeframe> Timeframes { get; init; }

    /// <summary>The timeframe that bars are decided on.</summary>
    public required Timeframe BaseTimeframe { get; init; }

    /// <summary>Bars before the first usable row. Default 200, at least 50.</summary>
    public int HistoryRequired { get; init; } = StrategyDefaults.HistoryRequired;

    /// <summary>First day learned from, or null for the start of the window.</summary>
    public DateOnly? Start { get; init; }

    /// <summary>Last day learned from (included), or null for the end of the window.</summary>
    public DateOnly? End { get; init; }
}

/// <summary>One indicator of a strategy.</summary>
/// <param name="Id">Its name within the strategy.</param>
/// <param name="Definition">Which indicator it is.</param>
/// <param name="Settings">Its effective parameters.</param>
public sealed record StrategyIndicator(string Id, IndicatorDefinition Definition, IndicatorSettings Settings);

/// <summary>A linguistic variable: some memberships over one column of one indicator.</summary>
/// <param name="Id">Its name within the strategy.</param>
/// <param name="Indicator">Which column.</param>
/// <param name="Memberships">Its sets, in document order.</param>
public sealed record FuzzySet(string Id, IndicatorReference Indicator, IReadOnlyList<Membership> Memberships);

/// <summary>One named membership of a fuzzy set.</summary>
public sealed record Membership(string Name, MembershipFunction Function);

/// <summary>One column of one indicator.</summary>
/// <param name="IndicatorId">The indicator's name within the strategy.</param>
/// <param name="Output">The output's name; <c>value</c> for an indicator with only one.</param>
/// <param name="OutputIndex">The output's index in the definition.</param>
public sealed record IndicatorReference(string IndicatorId, string Output, int OutputIndex)
{
    /// <summary>As a document spells it: the bare id for <c>value</c>, else <c>id.output</c>.</summary>
    public override string ToString() => Output == "value" ? IndicatorId : $"{IndicatorId}.{Output}";
}

/// <summary>How a raw indicator value is scaled; parameters are fitted on training rows only and kept with the model.</summary>
public enum Normalization
{
    /// <summary>Left as it is.</summary>
    None,

    /// <summary>(x − min) / (max − min).</summary>
    MinMax,

    /// <summary>(x − mean) / standard deviation.</summary>
    ZScore,
}

/// <summary>One entry of the network's input: a fuzzy set or a raw indicator on some timeframes.</summary>
public abstract record NetworkInput(IReadOnlyList<Timeframe> Timeframes)
{
    /// <summary>All memberships of a fuzzy set on each timeframe.</summary>
    public sealed record Fuzzy(string FuzzySetId, IReadOnlyList<Timeframe> Timeframes) : NetworkInput(Timeframes);

    /// <summary>The indicator's own value on each timeframe.</summary>
    public sealed record Raw(
        IndicatorReference Indicator,
        IReadOnlyList<Timeframe> Timeframes,
        Normalization Normalization
    ) : NetworkInput(Timeframes);
}

/// <summary>What a hidden unit does with its sum.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>x above 0, 0.01·x below.</summary>
    LeakyRelu,
}

/// <summary>The shape of the network.</summary>
public sealed record NetworkDesign
{
    /// <summary>Units of each hidden layer, at least one layer.</summary>
    public required IReadOnlyList<int> HiddenLayers { get; init; }

    /// <summary>Activation of the hidden layers. Default relu.</summary>
    public Activation Activation { get; init; } = StrategyDefaults.HiddenActivation;

    /// <summary>Share of hidden units dropped while training, [0, 1). Default 0.2.</summary>
    public double Dropout { get; init; } = StrategyDefaults.Dropout;
}

/// <summary>How a probability becomes a decision.</summary>
public sealed record DecisionRules
{
    /// <summary>Smallest probability that acts, a fraction. Default 0.6.</summary>
    public double ConfidenceThreshold { get; init; } = StrategyDefaults.ConfidenceThreshold;

    /// <summary>Whether a signal in the direction already held is ignored. Default true.</summary>
    public bool PositionAwareness { get; init; } = StrategyDefaults.PositionAwareness;

    /// <summary>Whether SELL opens a short position when there is none. Default false.</summary>
    public bool AllowShortFromFlat { get; init; }

    /// <summary>Hours that must pass after an executed signal. Default 4.</summary>
    public double MinimumSignalSeparation { get; init; } = StrategyDefaults.MinimumSignalSeparation;

    /// <summary>Whether a bar must trade at least its 20-bar mean volume. Default false.</summary>
    public bool VolumeFilter { get; init; }
}

/// <summary>The ways a position may close.</summary>
public enum ExitKind
{
    /// <summary>At the opposite signal.</summary>
    Opposite,

    /// <summary>At a take profit, a stop or an age.</summary>
    Barriers,

    /// <summary>At an age.</summary>
    Horizon,
}

/// <summary>When a position closes: the trade that was labelled.</summary>
public sealed record ExitRules
{
    /// <summary>Which way. Left out of a document, it follows from the labels.</summary>
    public required ExitKind Kind { get; init; }

    /// <summary>Barriers: distance of the take profit, in ATRs at the decision.</summary>
    public double TakeProfitAtr { get; init; } = StrategyDefaults.ProfitMultiplier;

    /// <summary>Barriers: distance of the stop, in ATRs at the decision.</summary>
    public double StopAtr { get; init; } = StrategyDefaults.StopMultiplier;

    /// <summary>Barriers: bars of the ATR.</summary>
    public int AtrPeriod { get; init; } = StrategyDefaults.VolatilitySpan;

    /// <summary>Barriers and horizon: bars after which the position closes.</summary>
    public int MaxBars { get; init; } = StrategyDefaults.MaximumBars;
}

/// <summary>What each bar should have taught.</summary>
public abstract record LabelRules
{
    private LabelRules() { }

    /// <summary>Segments between the pivots of a zigzag.</summary>
    /// <param name="Threshold">Smallest move that turns a leg, a fraction of price. Default 0.05.</param>
    /// <param name="Lookahead">Kept for the format; this variant does not use it. Default 20.</param>
    public sealed record ZigZag(double Threshold, int Lookahead) : LabelRules;

    /// <summary>Which of three barriers is touched first.</summary>
    /// <param name="ProfitMultiplier">Upper barrier, in units of volatility. Default 2.</param>
    /// <param name="StopMultiplier">Lower barrier, in units of volatility. Default 1.5.</param>
    /// <param name="MaxHoldingBars">Bars after which the third barrier stands. Default 50.</param>
    /// <param name="VolatilitySpan">Bars of the volatility. Default 50.</param>
    /// <param name="Volatility">Where volatility comes from.</param>
    public sealed record TripleBarrier(
        double ProfitMultiplier,
        double StopMultiplier,
        int MaxHoldingBars,
        int VolatilitySpan,
        BarrierVolatility Volatility
    ) : LabelRules;
}

/// <summary>The unit that barriers are measured in.</summary>
public enum BarrierVolatility
{
    /// <summary>Wilder's average true range, in price units.</summary>
    Atr,

    /// <summary>Deviation of close-to-close returns, times the close.</summary>
    Close,
}

/// <summary>Ways to move weights down a gradient.</summary>
public enum OptimizerKind
{
    /// <summary>Adam, weight decay added to the gradient.</summary>
    Adam,

    /// <summary>Adam with weight decay applied to the weights.</summary>
    AdamW,

    /// <summary>Gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>RMSprop.</summary>
    RmsProp,
}

/// <summary>When training stops before its last epoch.</summary>
/// <param name="Patience">Epochs without improvement that are borne. Default 10.</param>
/// <param name="MinimumDelta">Smallest fall of validation loss that counts. Default 0.001.</param>
public sealed record EarlyStopping(int Patience, double MinimumDelta);

/// <summary>How a strategy is trained.</summary>
public sealed record TrainingDesign
{
    /// <summary>What each bar should have taught.</summary>
    public required LabelRules Labels { get; init; }

    /// <summary>Share of rows trained on. Default 0.7.</summary>
    public double TrainShare { get; init; } = StrategyDefaults.TrainShare;

    /// <summary>Share of rows validated on. Default 0.15.</summary>
    public double ValidationShare { get; init; } = StrategyDefaults.ValidationShare;

    /// <summary>Share of rows tested on. Default 0.15.</summary>
    public double TestShare { get; init; } = StrategyDefaults.TestShare;

    /// <summary>Passes over the training rows. Default 50.</summary>
    public int Epochs { get; init; } = StrategyDefaults.Epochs;

    /// <summary>Rows of one update. Default 32.</summary>
    public int BatchSize { get; init; } = StrategyDefaults.BatchSize;

    /// <summary>Step size. Default 0.001.</summary>
    public double LearningRate { get; init; } = StrategyDefaults.LearningRate;

    /// <summary>How weights move. Default Adam.</summary>
    public OptimizerKind Optimizer { get; init; } = StrategyDefaults.Optimizer;

    /// <summary>Strength of the pull of weights to zero. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of a gradient, or null for no limit. Default null.</summary>
    public double? GradientClip { get; init; }

    /// <summary>When to stop early, or null for never. Default null.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Whether rare classes weigh more in the loss (N / (K·n)). Default false.</summary>
    public bool ClassWeights { get; init; }

    /// <summary>A seed of the strategy's own, or null to take the run's.</summary>
    public int? Seed { get; init; }
}
