namespace Ktrdr.Core;

/// <summary>What a batch cost.</summary>
/// <param name="Loss">Mean loss of its rows, as optimised.</param>
/// <param name="Hits">Rows whose largest logit was the right one.</param>
internal readonly record struct BatchResult(double Loss, int Hits);

/// <summary>Cross-entropy of a batch and its derivative by the logits.</summary>
/// <remarks>With class weights <c>w</c> the loss is <c>Σ wᵧ·(−ln pᵧ) / Σ wᵧ</c>, and its derivative by a row's logits
/// <c>(p − 1ᵧ)·wᵧ / Σ wᵧ</c>.</remarks>
/// <param name="classes">Columns of the logits that count.</param>
/// <param name="classWeights">Weight of each class, or empty for 1.</param>
/// <param name="capacity">Rows of the largest batch.</param>
internal sealed class BatchLoss(int classes, float[] classWeights, int capacity)
{
    private readonly double[] _logNormalizers = new double[capacity];
    private readonly float[] _labelLogits = new float[capacity];

    /// <summary>The loss and its derivative.</summary>
    /// <param name="kernels">The arithmetic.</param>
    /// <param name="logits">Logits in, probabilities out.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="derivative">Gets the derivative.</param>
    public BatchResult Of(Kernels kernels, Matrix logits, ReadOnlySpan<int> labels, Matrix derivative)
    {
        for (var row = 0; row < labels.Length; row++)
        {
            _labelLogits[row] = logits[row][labels[row]];
        }

        kernels.Softmax(logits, labels.Length, classes, _logNormalizers);
        var (loss, weights, hits) = (0d, 0d, 0);
        for (var row = 0; row < labels.Length; row++)
        {
            var weight = classWeights.Length == 0 ? 1 : classWeights[labels[row]];
            loss += weight * (_logNormalizers[row] - _labelLogits[row]);
            weights += weight;
        }

        for (var row = 0; row < labels.Length; row++)
        {
            var label = labels[row];
            var scale = (float)((classWeights.Length == 0 ? 1 : classWeights[label]) / weights);
            var probabilities = logits[row];
            var slope = derivative[row];
            var best = 0;
            for (var index = 0; index < classes; index++)
            {
                best = probabilities[index] > probabilities[best] ? index : best;
                slope[index] = probabilities[index] * scale;
            }

            slope[label] -= scale;
            hits += best == label ? 1 : 0;
        }

        return new BatchResult(loss / weights, hits);
    }
}
