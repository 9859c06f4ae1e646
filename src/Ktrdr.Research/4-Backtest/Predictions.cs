using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>What a network says about each bar of a stretch.</summary>
public static class Predictions
{
    /// <summary>Probabilities of BUY, HOLD and SELL for each bar; NaN where a feature is missing.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">Features of all bars.</param>
    /// <param name="columns">Names and scales of the network's inputs.</param>
    /// <param name="first">Index of the first bar.</param>
    /// <param name="count">How many bars.</param>
    /// <returns>Three values a bar, each in [0, 1] and summing to 1, or NaN.</returns>
    public static float[] Of(
        Network network,
        FeatureMatrix features,
        IReadOnlyList<FeatureColumn> columns,
        int first,
        int count
    )
    {
        // A row says what it says whatever rows it comes with, so those that lack a feature may come along and be struck out.
        var scaled = features.Apply(columns);
        var all = new float[count * 3];
        network.Probabilities(scaled.Values.AsSpan(first * scaled.Width, count * scaled.Width), count, all);
        for (var row = 0; row < count; row++)
        {
            if (!features.Usable(first + row))
            {
                all.AsSpan(row * 3, 3).Fill(float.NaN);
            }
        }

        return all;
    }
}
