namespace Ktrdr.Research;

/// <summary>How a training went. Losses are plain cross-entropy in nats, unweighted, whatever was optimised.</summary>
public sealed record TrainingReport
{
    /// <summary>Share of test rows classified rightly.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Loss of the untrained network on the training rows, before the first update.</summary>
    public required double InitialLoss { get; init; }

    /// <summary>Loss of the kept weights on the same training rows.</summary>
    public required double FinalLoss { get; init; }

    /// <summary>(initial − final) / initial; 0 when the initial loss is 0, NaN when either is missing.</summary>
    /// <remarks>To twelve digits, so that a fall of exactly a bound such as 0.2 is not lost to the last bit.</remarks>
    public double LossDecrease => InitialLoss <= 0 ? 0 : Math.Round((InitialLoss - FinalLoss) / InitialLoss, 12);

    /// <summary>Accuracy on test rows of always answering the training rows' most frequent class.</summary>
    public required double MajorityAccuracy { get; init; }

    /// <summary>Loss of the kept weights on the test rows.</summary>
    public required double TestLoss { get; init; }

    /// <summary>Precision on test rows, weighted by class frequency.</summary>
    public required double Precision { get; init; }

    /// <summary>Recall on test rows, weighted by class frequency.</summary>
    public required double Recall { get; init; }

    /// <summary>F1 score on test rows, weighted by class frequency.</summary>
    public required double F1 { get; init; }

    /// <summary>Recall on test rows of BUY, HOLD and SELL; NaN for a class without rows.</summary>
    public required IReadOnlyList<double> ClassRecall { get; init; }

    /// <summary>Share of test rows predicted as BUY, HOLD and SELL.</summary>
    public required IReadOnlyList<double> PredictedShare { get; init; }

    /// <summary>The epochs, in order.</summary>
    public required IReadOnlyList<EpochFigures> Epochs { get; init; }

    /// <summary>The epoch whose weights were kept.</summary>
    public required int KeptEpoch { get; init; }

    /// <summary>Weights and biases.</summary>
    public required int Parameters { get; init; }

    /// <summary>Rows of the three parts, after purging.</summary>
    public required SplitRows Rows { get; init; }

    /// <summary>Rows left out because a feature was missing.</summary>
    public required int DroppedRows { get; init; }

    /// <summary>Rows purged because their label looked across a border.</summary>
    public required int PurgedRows { get; init; }

    /// <summary>Training rows labelled BUY, HOLD and SELL.</summary>
    public required IReadOnlyList<int> ClassCounts { get; init; }

    /// <summary>Start of the first bar learned from, ISO 8601.</summary>
    public required string FirstBar { get; init; }

    /// <summary>Start of the last bar learned from, ISO 8601.</summary>
    public required string LastBar { get; init; }

    /// <summary>Identity of the bars.</summary>
    public required string WindowHash { get; init; }

    /// <summary>Whether the bars were made up.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Whether the seeds' stub made these figures up.</summary>
    public bool Stub { get; init; }

    /// <summary>What a careful reader should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>One epoch. Losses in nats, accuracies as fractions.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="TrainingLoss">Mean optimised loss over the epoch's batches.</param>
/// <param name="TrainingAccuracy">Over the epoch's batches.</param>
/// <param name="ValidationLoss">After the epoch, plain cross-entropy.</param>
/// <param name="ValidationAccuracy">After the epoch.</param>
public sealed record EpochFigures(
    int Epoch,
    double TrainingLoss,
    double TrainingAccuracy,
    double ValidationLoss,
    double ValidationAccuracy
);

/// <summary>Rows of the three parts of the learning window.</summary>
public sealed record SplitRows(int Training, int Validation, int Test);
