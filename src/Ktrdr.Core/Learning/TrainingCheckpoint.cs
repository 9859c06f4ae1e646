namespace Ktrdr.Core;

/// <summary>A training between two epochs: whatever the next one takes from those before it and could not work out again.</summary>
/// <remarks>The order of rows and the state of patience are not in it, as they follow from the seed and from the epochs. Parameters
/// lie as the kernels have them, padding and all, which is the same for every instruction set.</remarks>
public sealed record TrainingCheckpoint
{
    /// <summary>Plain cross-entropy of the untrained network on the training rows.</summary>
    public required double InitialLoss { get; init; }

    /// <summary>The epochs that were done, in order; at least one.</summary>
    public required IReadOnlyList<EpochProgress> Epochs { get; init; }

    /// <summary>The weights after the last of them.</summary>
    public required float[] Weights { get; init; }

    /// <summary>How many steps the optimiser has taken.</summary>
    public required int Steps { get; init; }

    /// <summary>What the optimiser remembers of each parameter, one memory after the other.</summary>
    public required float[] Memory { get; init; }

    /// <summary>Where the generators of dropout stand; empty without dropout.</summary>
    public required uint[] Dropout { get; init; }

    /// <summary>The best weights so far; empty without early stopping.</summary>
    public required float[] Best { get; init; }
}

/// <summary>How a training leaves checkpoints, and the one it goes on from.</summary>
/// <param name="From">A checkpoint of the very same training (<see cref="TrainingFingerprint"/>), or null to begin.</param>
/// <param name="Every">Epochs from one checkpoint to the next, at least 1; after the last epoch there is none. A training that is
/// cancelled leaves one more, of the last epoch it finished.</param>
/// <param name="Keep">Takes each checkpoint, whose numbers are its own to keep.</param>
public sealed record Checkpointing(TrainingCheckpoint? From, int Every, Action<TrainingCheckpoint> Keep)
{
    /// <summary>Asked whenever so many epochs have passed; where it says no, the training goes on for as many without a checkpoint.
    /// One that is cancelled does not ask. Always yes by default.</summary>
    public Func<bool> IsDue { get; init; } = () => true;
}
