namespace Ktrdr.Cli;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest edits away, if few enough to be a slip; else null.</summary>
    public static string? To(string word, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (candidate, edits: Edits(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.edits)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.candidate is not null && best.edits <= Math.Max(1, word.Length / 3) ? best.candidate : null;
    }

    /// <summary>A question to add to a refusal, or nothing.</summary>
    public static string Question(string word, IEnumerable<string> candidates) =>
        To(word, candidates) is { } meant ? $" Did you mean '{meant}'?" : "";

    // Optimal string alignment: insertions, deletions, substitutions, and neighbours swapped.
    private static int Edits(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var change = from[i - 1] == to[j - 1] ? 0 : 1;
                var fewest = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + change);
                var swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                table[i, j] = swapped ? Math.Min(fewest, table[i - 2, j - 2] + 1) : fewest;
            }
        }

        return table[from.Length, to.Length];
    }
}
