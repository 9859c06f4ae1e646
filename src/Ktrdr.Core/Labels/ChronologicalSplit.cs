namespace Ktrdr.Core;

/// <summary>Rows cut in three by time, without those whose label looked across a border.</summary>
/// <param name="Training">Bars trained on, oldest first.</param>
/// <param name="Validation">Bars validated on.</param>
/// <param name="Test">Bars tested on.</param>
/// <param name="Purged">How many rows were dropped at the two borders.</param>
public sealed record ChronologicalSplit(int[] Training, int[] Validation, int[] Test, int Purged)
{
    private const double ShareTolerance = 0.001;

    /// <summary>Cuts usable rows by their number. A part may come out empty; whoever trains judges that.</summary>
    /// <param name="rows">Bar index of each usable row, rising.</param>
    /// <param name="lookTo">For every bar, the last bar its label was read from.</param>
    /// <param name="trainShare">Share of the rows trained on.</param>
    /// <param name="validationShare">Share of the rows validated on.</param>
    /// <param name="testShare">Share of the rows tested on; the three make 1.</param>
    public static ChronologicalSplit Cut(
        ReadOnlySpan<int> rows,
        ReadOnlySpan<int> lookTo,
        double trainShare,
        double validationShare,
        double testShare
    )
    {
        var whole = trainShare + validationShare + testShare;
        if (!(trainShare > 0 && validationShare > 0 && testShare > 0 && Math.Abs(whole - 1) <= ShareTolerance))
        {
            throw new ArgumentException(
                $"Shares are above 0 and make 1; {trainShare}, {validationShare} and {testShare} make {whole}."
            );
        }

        var first = (int)Math.Round(rows.Length * trainShare);
        var second = (int)Math.Round(rows.Length * (trainShare + validationShare));
        var training = Before(rows[..first], lookTo, first < rows.Length ? rows[first] : int.MaxValue);
        var validation = Before(rows[first..second], lookTo, second < rows.Length ? rows[second] : int.MaxValue);
        var test = rows[second..].ToArray();
        return new(training, validation, test, rows.Length - training.Length - validation.Length - test.Length);
    }

    private static int[] Before(ReadOnlySpan<int> rows, ReadOnlySpan<int> lookTo, int border)
    {
        var kept = new List<int>(rows.Length);
        foreach (var row in rows)
        {
            if (lookTo[row] < border)
            {
                kept.Add(row);
            }
        }

        return [.. kept];
    }
}
