namespace Ktrdr.Core;

/// <summary>How a network is to be trained. Defaults are those of a strategy.</summary>
public sealed record TrainingPlan
{
    /// <summary>Passes over the training rows, at least 1. Default 50.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>Rows of one update, at least 1; the last batch of an epoch may have fewer. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Step size, above 0. Default 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>How weights move. Default Adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Strength of the pull of weights to zero, at least 0. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of a batch's gradient, above 0, or null for no limit. Default null.</summary>
    public double? GradientClip { get; init; }

    /// <summary>When to stop early, or null for never. Default null.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Share of hidden units dropped while training, [0, 1). Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether rare classes weigh more in the loss, by <see cref="CrossEntropy.BalancedWeights"/> of the
    /// training rows. Default false; ignored when <see cref="ClassWeights"/> are given.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>The weight of each class in the loss, above 0, or null for 1. Default null.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>Whether each epoch takes the rows in an order of its own, rather than as they come. Default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The plan of a strategy.</summary>
    public static TrainingPlan From(TrainingDesign training, NetworkDesign model) =>
        new()
        {
            Epochs = training.Epochs,
            BatchSize = training.BatchSize,
            LearningRate = training.LearningRate,
            Optimizer = training.Optimizer,
            WeightDecay = training.WeightDecay,
            GradientClip = training.GradientClip,
            EarlyStopping = training.EarlyStopping,
            Dropout = model.Dropout,
            BalanceClasses = training.ClassWeights,
        };

    /// <summary>Refuses a plan that cannot be carried out.</summary>
    internal void Check(int outputs)
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "at least 0");
        Require(GradientClip is null or > 0, nameof(GradientClip), GradientClip ?? 0, "above 0, or null");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "in [0, 1)");
        Require(EarlyStopping is null or { Patience: >= 1 }, "Patience", EarlyStopping?.Patience ?? 0, "at least 1");
        Require(
            EarlyStopping is null or { MinimumDelta: >= 0 },
            "MinimumDelta",
            EarlyStopping?.MinimumDelta ?? 0,
            "at least 0"
        );
        Require(
            ClassWeights is null || (ClassWeights.Count == outputs && ClassWeights.All(weight => weight > 0)),
            nameof(ClassWeights),
            ClassWeights?.Count ?? 0,
            $"{outputs} numbers above 0, or null"
        );
    }

    private static void Require(bool holds, string name, object value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} of a training must be {expected}.");
        }
    }
}
