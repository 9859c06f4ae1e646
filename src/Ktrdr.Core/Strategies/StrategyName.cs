using System.Text.RegularExpressions;

namespace Ktrdr.Core;

/// <summary>What a strategy may be called: its name is also the name of a file, on every system.</summary>
public static class StrategyName
{
    /// <summary>Most characters of a name.</summary>
    public const int MaximumLength = 100;

    private static readonly Regex Allowed = new(@"\A[A-Za-z0-9_-]+\z", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Takes a name as a person gives it: an ending <c>.yaml</c> or <c>.yml</c> is dropped.</summary>
    /// <param name="given">The name as given.</param>
    /// <param name="name">The name without its ending, valid or not.</param>
    /// <returns>Null when the name may be used, else why not and what would.</returns>
    public static string? Refuse(string given, out string name)
    {
        name =
            given.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) ? given[..^5]
            : given.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) ? given[..^4]
            : given;
        if (name.Length == 0)
        {
            return "a name is needed; use letters, digits, '_' and '-'";
        }

        if (name.Length > MaximumLength)
        {
            return $"{Quote.Of(name)} has {name.Length} characters; a name has at most {MaximumLength}";
        }

        if (!Allowed.IsMatch(name))
        {
            return $"{Quote.Of(name)} has characters other than letters, digits, '_' and '-'; {Nearest(name)}";
        }

        return Reserved.Contains(name)
            ? $"'{name}' is a device on Windows and cannot be a file there; '{name}_strategy' would do"
            : null;
    }

    private static string Nearest(string name)
    {
        var near = Regex.Replace(name, "[^A-Za-z0-9_-]+", "_", RegexOptions.None, TimeSpan.FromSeconds(1)).Trim('_');
        return near.Length == 0 || Reserved.Contains(near) ? "choose another" : $"'{near}' would do";
    }
}
