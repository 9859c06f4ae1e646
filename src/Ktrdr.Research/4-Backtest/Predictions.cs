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
        var usable = Enumerable.Range(first, count).Where(features.Usable).ToArray();
        var known = new float[usable.Length * 3];
        network.Probabilities(features.Apply(columns).Select(usable), usable.Length, known);

        var all = new float[count * 3];
        Array.Fill(all, float.NaN);
        for (var row = 0; row < usable.Length; row++)
        {
            known.AsSpan(row * 3, 3).CopyTo(all.AsSpan((usable[row] - first) * 3, 3));
        }

        return all;
    }
}
