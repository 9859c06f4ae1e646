namespace Ktrdr.Core;

/// <summary>Finds what somebody most likely meant by a name that does not exist.</summary>
public static class NearestName
{
    /// <summary>The least similarity at which a name is worth suggesting.</summary>
    public const double Threshold = 0.6;

    private const int ShortestBeginning = 3;

    /// <summary>The valid names that resemble the given one, the most alike first; case does not matter.</summary>
    /// <remarks>
    /// A name resembles another when their <see cref="Similarity"/> is at least <see cref="Threshold"/>, or when what was
    /// given, from three letters on, is its beginning: <c>fast</c> may well mean <c>fast_period</c>.
    /// </remarks>
    public static IReadOnlyList<string> Of(string given, IEnumerable<string> valid) =>
        [
            .. valid
                .Select(name => (Name: name, Alike: Similarity(given, name)))
                .Where(found => found.Alike >= Threshold || Begins(found.Name, given))
                .OrderByDescending(found => found.Alike)
                .ThenBy(found => found.Name, StringComparer.Ordinal)
                .Select(found => found.Name),
        ];

    /// <summary>How alike two names are, from 0 (nothing in common) to 1 (the same but for case).</summary>
    /// <remarks>
    /// <c>1 − d / length of the longer</c>, d being the number of letters to insert, delete, replace or swap with a
    /// neighbour (F. J. Damerau, 1964, in the form in which no stretch is edited twice). Names so different in length
    /// that they cannot reach <see cref="Threshold"/> are 0 at once, so a very long one costs nothing.
    /// </remarks>
    public static double Similarity(string one, string other)
    {
        var longer = Math.Max(one.Length, other.Length);
        if (longer == 0)
        {
            return 1;
        }

        return Math.Min(one.Length, other.Length) < Threshold * longer
            ? 0
            : 1 - ((double)Distance(one, other) / longer);
    }

    private static bool Begins(string name, string given) =>
        given.Length >= ShortestBeginning && name.StartsWith(given, StringComparison.OrdinalIgnoreCase);

    private static int Distance(string one, string other)
    {
        var width = other.Length + 1;
        using var rented = new Rented<int>(3 * width);
        var before = rented.Span[..width];
        var last = rented.Span.Slice(width, width);
        var row = rented.Span[(2 * width)..];
        for (var j = 0; j < width; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= one.Length; i++)
        {
            var recycled = before;
            before = last;
            last = row;
            row = recycled;
            row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var replaced = last[j - 1] + (Same(one[i - 1], other[j - 1]) ? 0 : 1);
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, replaced);
                if (i > 1 && j > 1 && Same(one[i - 1], other[j - 2]) && Same(one[i - 2], other[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[^1];
    }

    private static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
