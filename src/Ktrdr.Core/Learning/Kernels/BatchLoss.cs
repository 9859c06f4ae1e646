namespace Ktrdr.Core;

/// <summary>What a batch, or part of one, cost.</summary>
/// <param name="Loss">Mean loss of the batch's rows, as optimised, or the part of it that these rows bring.</param>
/// <param name="Hits">Rows whose largest logit was the right one.</param>
internal readonly record struct BatchResult(double Loss, int Hits);

/// <summary>Cross-entropy of a batch and its derivative by the logits.</summary>
/// <remarks>With class weights <c>w</c> the loss is <c>Σ wᵧ·(−ln pᵧ) / Σ wᵧ</c>, and its derivative by a row's logits
/// <c>(p − 1ᵧ)·wᵧ / Σ wᵧ</c>.</remarks>
/// <param name="classes">Columns of the logits that count.</param>
/// <param name="classWeights">Weight of each class, or empty for 1.</param>
internal sealed class BatchLoss(int classes, float[] classWeights)
{
    private readonly float[] _scales = new float[classes]; // w / Σ wᵧ of each class
    private double _weights; // Σ wᵧ of the whole batch

    /// <summary>Takes notice of a batch before its rows come, in one part or several.</summary>
    public void Begin(ReadOnlySpan<int> labels)
    {
        _weights = 0;
        foreach (var label in labels)
        {
            _weights += Weight(label);
        }

        for (var index = 0; index < classes; index++)
        {
            _scales[index] = (float)(Weight(index) / _weights);
        }
    }

    /// <summary>The loss of some of the batch's rows and its derivative.</summary>
    /// <param name="kernels">The arithmetic.</param>
    /// <param name="logits">Their logits.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="derivative">Gets the derivative.</param>
    public BatchResult Of(Kernels kernels, Matrix logits, ReadOnlySpan<int> labels, Matrix derivative)
    {
        var (loss, hits) = kernels.CrossEntropy(logits, labels, classes, classWeights, _scales, derivative);
        return new BatchResult(loss / _weights, hits);
    }

    private double Weight(int label) => classWeights.Length == 0 ? 1 : classWeights[label];
}
