namespace Ktrdr.Core;

/// <summary>How one epoch went. Losses in nats, accuracies as fractions.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="TrainingLoss">The optimised loss while learning, class weights included: mean over the epoch's batches,
/// each weighing as many as its rows.</param>
/// <param name="TrainingAccuracy">Share of rows classified rightly while learning.</param>
/// <param name="ValidationLoss">Plain cross-entropy on the validation rows after the epoch; NaN without any.</param>
/// <param name="ValidationAccuracy">Share of validation rows classified rightly after the epoch; NaN without any.</param>
public sealed record EpochProgress(
    int Epoch,
    double TrainingLoss,
    double TrainingAccuracy,
    double ValidationLoss,
    double ValidationAccuracy
);

/// <summary>What a training made.</summary>
public sealed record TrainingOutcome
{
    /// <summary>The network that was kept: with early stopping the one of the epoch with the lowest validation loss,
    /// the first of equals; without, the one of the last epoch.</summary>
    public required Network Network { get; init; }

    /// <summary>Plain cross-entropy of the untrained network on the training rows, before the first update.</summary>
    public required double InitialLoss { get; init; }

    /// <summary>Plain cross-entropy of the kept network on the same rows.</summary>
    public required double FinalLoss { get; init; }

    /// <summary>The epoch whose weights were kept.</summary>
    public required int KeptEpoch { get; init; }

    /// <summary>Every epoch, in order.</summary>
    public required IReadOnlyList<EpochProgress> Epochs { get; init; }

    /// <summary>The instruction set that computed it, such as <c>avx512</c>, <c>avx2</c>, <c>neon</c> or
    /// <c>scalar</c>.</summary>
    public required string InstructionSet { get; init; }
}

/// <summary>A training whose loss is no longer a number.</summary>
public sealed class TrainingDivergedException : ArithmeticException
{
    /// <summary>Names when and at which step size.</summary>
    /// <param name="epoch">1 for the first.</param>
    /// <param name="learningRate">The plan's.</param>
    /// <param name="loss">What the loss had become.</param>
    public TrainingDivergedException(int epoch, double learningRate, double loss)
        : base(
            $"The training diverged: in epoch {epoch} the loss became {loss} at a learning rate of {learningRate}. "
                + "Try a smaller learning rate, or a gradient clip."
        ) => (Epoch, LearningRate) = (epoch, learningRate);

    /// <summary>The epoch it diverged in; 1 for the first.</summary>
    public int Epoch { get; }

    /// <summary>The learning rate of the plan.</summary>
    public double LearningRate { get; }
}
