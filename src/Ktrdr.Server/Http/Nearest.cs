namespace Ktrdr.Server;

/// <summary>Guesses what was meant.</summary>
internal static class Nearest
{
    /// <summary>A sentence with the nearest known word, led by a space; empty where none is near.</summary>
    public static string Hint(string given, IEnumerable<string> known)
    {
        var best = known
            .Select(word => (word, distance: Distance(given.ToLowerInvariant(), word)))
            .OrderBy(pair => pair.distance)
            .FirstOrDefault();
        return best.word is not null && best.distance <= Math.Max(1, best.word.Length / 3)
            ? $" Did you mean '{best.word}'?"
            : "";
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements from one word to the other.</summary>
    private static int Distance(string one, string other)
    {
        // Nobody misspells a word into one of a hundred letters; the table stays small whatever is sent.
        if (one.Length > 100)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
