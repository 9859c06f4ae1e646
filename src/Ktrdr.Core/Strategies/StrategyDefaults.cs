namespace Ktrdr.Core;

/// <summary>The one table of what a strategy means where it says nothing. What it gives is written back into the document.</summary>
public static class StrategyDefaults
{
    /// <summary>Bars before the first usable row.</summary>
    public const int HistoryRequired = 200;

    /// <summary>Share of the available cash that one position takes.</summary>
    public const double PositionFraction = 0.25;

    /// <summary>Activation of hidden layers.</summary>
    public const Activation HiddenActivation = Activation.Relu;

    /// <summary>Share of hidden units dropped while training.</summary>
    public const double Dropout = 0.2;

    /// <summary>Scaling of a raw indicator.</summary>
    public const Normalization RawNormalization = Normalization.None;

    /// <summary>Smallest probability that acts.</summary>
    public const double ConfidenceThreshold = 0.6;

    /// <summary>Whether a signal in the direction already held is ignored.</summary>
    public const bool PositionAwareness = true;

    /// <summary>Whether SELL opens a short position when there is none.</summary>
    public const bool AllowShortFromFlat = false;

    /// <summary>Hours that must pass after an executed signal.</summary>
    public const double MinimumSignalSeparation = 4;

    /// <summary>Whether a bar must trade at least its 20-bar mean volume.</summary>
    public const bool VolumeFilter = false;

    /// <summary>Smallest move that turns a leg of a zigzag, a fraction of price.</summary>
    public const double ZigZagThreshold = 0.05;

    /// <summary>Bars a label may look ahead; kept for the format.</summary>
    public const int LabelLookahead = 20;

    /// <summary>Upper barrier and take profit, in units of volatility.</summary>
    public const double ProfitMultiplier = 2;

    /// <summary>Lower barrier and stop, in units of volatility.</summary>
    public const double StopMultiplier = 1.5;

    /// <summary>Bars after which a barrier label or a position ends.</summary>
    public const int MaximumBars = 50;

    /// <summary>Bars of the volatility that barriers are measured in.</summary>
    public const int VolatilitySpan = 50;

    /// <summary>Where that volatility comes from.</summary>
    public const BarrierVolatility Volatility = BarrierVolatility.Atr;

    /// <summary>Share of rows trained on.</summary>
    public const double TrainShare = 0.7;

    /// <summary>Share of rows validated on.</summary>
    public const double ValidationShare = 0.15;

    /// <summary>Share of rows tested on.</summary>
    public const double TestShare = 0.15;

    /// <summary>Passes over the training rows.</summary>
    public const int Epochs = 50;

    /// <summary>Rows of one update.</summary>
    public const int BatchSize = 32;

    /// <summary>Step size.</summary>
    public const double LearningRate = 0.001;

    /// <summary>How weights move.</summary>
    public const OptimizerKind Optimizer = OptimizerKind.Adam;

    /// <summary>Strength of the pull of weights to zero.</summary>
    public const double WeightDecay = 0;

    /// <summary>Whether rare classes weigh more.</summary>
    public const bool ClassWeights = false;

    /// <summary>Epochs without improvement that early stopping bears, once it is asked for.</summary>
    public const int Patience = 10;

    /// <summary>Smallest fall of validation loss that counts as improvement.</summary>
    public const double MinimumDelta = 0.001;
}
