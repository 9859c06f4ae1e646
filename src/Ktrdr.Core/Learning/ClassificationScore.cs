namespace Ktrdr.Core;

/// <summary>How well predicted classes meet the right ones. All figures are fractions.</summary>
/// <remarks>What has nothing to be a share of is <see cref="double.NaN"/>. The weighted figures are means over the
/// classes that have rows, each weighing as many as its rows; a class that has rows but is never predicted counts there
/// with a precision of 0.</remarks>
public sealed record ClassificationScore
{
    /// <summary>Share of rows classified rightly.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Accuracy of always answering <see cref="MajorityClass"/>.</summary>
    public required double MajorityAccuracy { get; init; }

    /// <summary>The class that was most frequent where the network learned.</summary>
    public required int MajorityClass { get; init; }

    /// <summary>Per class: share of its rows that were found; NaN for a class without rows.</summary>
    public required IReadOnlyList<double> Recall { get; init; }

    /// <summary>Per class: share of its predictions that were right; NaN for a class never predicted.</summary>
    public required IReadOnlyList<double> Precision { get; init; }

    /// <summary>Per class: share of rows predicted to be it.</summary>
    public required IReadOnlyList<double> PredictedShare { get; init; }

    /// <summary>Mean precision, weighted by rows.</summary>
    public required double WeightedPrecision { get; init; }

    /// <summary>Mean recall, weighted by rows; equal to <see cref="Accuracy"/>.</summary>
    public required double WeightedRecall { get; init; }

    /// <summary>Mean of 2·TP / (2·TP + FP + FN), weighted by rows.</summary>
    public required double WeightedF1 { get; init; }

    /// <summary>Scores some predictions.</summary>
    /// <param name="predicted">The predicted class of each row.</param>
    /// <param name="actual">The right class of each row; at least one.</param>
    /// <param name="outputs">How many classes there are.</param>
    /// <param name="majorityClass">The most frequent class of the training rows.</param>
    public static ClassificationScore Of(
        ReadOnlySpan<int> predicted,
        ReadOnlySpan<int> actual,
        int outputs,
        int majorityClass
    )
    {
        if (actual.IsEmpty || predicted.Length != actual.Length)
        {
            throw new ArgumentException(
                $"{predicted.Length} predictions for {actual.Length} rows cannot be scored; at least one row is needed, "
                    + "and one prediction per row.",
                nameof(predicted)
            );
        }

        var (found, guesses, rows) = (new double[outputs], new double[outputs], new double[outputs]);
        for (var row = 0; row < actual.Length; row++)
        {
            found[actual[row]] += predicted[row] == actual[row] ? 1 : 0;
            guesses[predicted[row]]++;
            rows[actual[row]]++;
        }

        var classes = Enumerable.Range(0, outputs).ToArray();
        var present = classes.Where(index => rows[index] > 0).ToArray();
        double Weighted(Func<int, double> figure) =>
            present.Sum(index => rows[index] * figure(index)) / present.Sum(index => rows[index]);

        return new ClassificationScore
        {
            Accuracy = found.Sum() / rows.Sum(),
            MajorityAccuracy = rows[majorityClass] / rows.Sum(),
            MajorityClass = majorityClass,
            Recall = [.. classes.Select(index => found[index] / rows[index])],
            Precision = [.. classes.Select(index => found[index] / guesses[index])],
            PredictedShare = [.. classes.Select(index => guesses[index] / rows.Sum())],
            WeightedPrecision = Weighted(index => guesses[index] == 0 ? 0 : found[index] / guesses[index]),
            WeightedRecall = Weighted(index => found[index] / rows[index]),
            WeightedF1 = Weighted(index => 2 * found[index] / (guesses[index] + rows[index])),
        };
    }
}
