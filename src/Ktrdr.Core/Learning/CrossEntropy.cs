namespace Ktrdr.Core;

/// <summary>Cross-entropy: how surprised a network is by the right classes.</summary>
/// <remarks>
/// <para><b>Formula.</b> The mean over rows of <c>−ln pᵧ = ln Σ eᶻ − zᵧ</c>, z being the row's logits and y its class;
/// with class weights w, <c>Σ wᵧ·(−ln pᵧ) / Σ wᵧ</c>.</para>
/// <para><b>Source.</b> The definition; the weighted mean is PyTorch's.</para>
/// <para><b>Unit and range.</b> Nats, 0 to ∞; ln K for a network that knows nothing of K classes.</para>
/// <para><b>Errors.</b> No rows is an error: a mean of nothing is not 0.</para>
/// </remarks>
public static class CrossEntropy
{
    /// <summary>The mean cross-entropy of some logits.</summary>
    /// <param name="logits">Row after row, one logit per class.</param>
    /// <param name="classes">The right class of each row.</param>
    /// <param name="outputs">How many classes there are.</param>
    /// <param name="classWeights">The weight of each class, or empty for 1.</param>
    public static double Mean(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> classes,
        int outputs,
        ReadOnlySpan<float> classWeights
    )
    {
        if (classes.IsEmpty || logits.Length != (long)classes.Length * outputs)
        {
            throw new ArgumentException(
                $"{classes.Length} rows and {logits.Length} logits of {outputs} classes have no mean cross-entropy; "
                    + "at least one row is needed, and one logit per class and row.",
                nameof(classes)
            );
        }

        var (sum, weights) = (0d, 0d);
        for (var row = 0; row < classes.Length; row++)
        {
            var label = classes[row];
            var weight = classWeights.IsEmpty ? 1d : classWeights[label];
            sum += weight * Of(logits.Slice(row * outputs, outputs), label);
            weights += weight;
        }

        return sum / weights;
    }

    /// <summary>The plain mean cross-entropy of a network on some rows.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">At least one row.</param>
    public static double Of(Network network, LabelledRows rows)
    {
        var logits = new float[rows.Count * network.Shape.Outputs];
        network.Logits(rows.Features.Span, rows.Count, logits);
        return Mean(logits, rows.Classes.Span, network.Shape.Outputs, []);
    }

    /// <summary>Weights that make rare classes count as much as frequent ones: N / (K·n), n being the rows of the
    /// class, K the number of classes and N all rows.</summary>
    /// <param name="counts">Rows of each class; a class without rows gets 1, which nothing will ask for.</param>
    public static float[] BalancedWeights(IReadOnlyList<int> counts)
    {
        var rows = counts.Sum(count => (double)count);
        return [.. counts.Select(count => count == 0 ? 1f : (float)(rows / (counts.Count * (double)count)))];
    }

    /// <summary>One row's cross-entropy.</summary>
    internal static double Of(ReadOnlySpan<float> logits, int label)
    {
        var largest = (double)logits[0];
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        var sum = 0d;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum) - logits[label];
    }
}
