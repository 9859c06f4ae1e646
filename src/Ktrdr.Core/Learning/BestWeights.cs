namespace Ktrdr.Core;

/// <summary>Keeps a copy of the best weights seen, and says when patience has run out.</summary>
/// <remarks>The lowest validation loss is the best, however small its lead; only a fall of more than the smallest delta
/// renews patience. Without early stopping the latest weights are the ones kept.</remarks>
internal sealed class BestWeights(EarlyStopping? stopping)
{
    private float[] _copy = [];
    private double _lowest = double.PositiveInfinity;
    private double _mark = double.PositiveInfinity; // the loss that the next fall is measured from
    private int _waited;

    /// <summary>The epoch whose weights are kept.</summary>
    public int Epoch { get; private set; }

    /// <summary>Whether as many epochs as patience bears went by without improvement.</summary>
    public bool RanOut => stopping is not null && _waited >= stopping.Patience;

    /// <summary>The best weights so far; empty when none are kept.</summary>
    public float[] Copy => [.. _copy];

    /// <summary>Takes notice of all epochs of a checkpoint.</summary>
    public void GoOnFrom(TrainingCheckpoint checkpoint)
    {
        foreach (var epoch in checkpoint.Epochs)
        {
            Judge(epoch.Epoch, epoch.ValidationLoss);
        }

        _copy = [.. checkpoint.Best];
    }

    /// <summary>Takes notice of the weights after an epoch.</summary>
    public void Offer(int epoch, double validationLoss, Matrix parameters)
    {
        if (Judge(epoch, validationLoss))
        {
            _copy = _copy.Length == 0 ? new float[parameters.All.Length] : _copy;
            parameters.All.CopyTo(_copy);
        }
    }

    /// <summary>Puts the kept weights back.</summary>
    public void Restore(Matrix parameters)
    {
        if (stopping is not null)
        {
            _copy.CopyTo(parameters.All);
        }
    }

    /// <summary>Whether the weights after an epoch are worth a copy.</summary>
    private bool Judge(int epoch, double validationLoss)
    {
        if (stopping is null)
        {
            Epoch = epoch;
            return false;
        }

        var best = validationLoss < _lowest;
        if (best)
        {
            (_lowest, Epoch) = (validationLoss, epoch);
        }

        var improved = validationLoss < _mark - stopping.MinimumDelta;
        (_mark, _waited) = improved ? (validationLoss, 0) : (_mark, _waited + 1);
        return best;
    }
}
