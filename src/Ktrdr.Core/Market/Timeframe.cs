namespace Ktrdr.Core;

/// <summary>The length of a bar: one of the eight that data is kept in, from a minute to a week.</summary>
/// <remarks>Ordered by length. A week starts on Monday; every other length starts at midnight UTC and repeats.</remarks>
public readonly record struct Timeframe : IComparable<Timeframe>
{
    private Timeframe(string name, int seconds) => (Name, Seconds) = (name, seconds);

    /// <summary>One minute.</summary>
    public static readonly Timeframe M1 = new("1m", 60);

    /// <summary>Five minutes.</summary>
    public static readonly Timeframe M5 = new("5m", 300);

    /// <summary>Fifteen minutes.</summary>
    public static readonly Timeframe M15 = new("15m", 900);

    /// <summary>Thirty minutes.</summary>
    public static readonly Timeframe M30 = new("30m", 1_800);

    /// <summary>One hour.</summary>
    public static readonly Timeframe H1 = new("1h", 3_600);

    /// <summary>Four hours.</summary>
    public static readonly Timeframe H4 = new("4h", 14_400);

    /// <summary>One day.</summary>
    public static readonly Timeframe D1 = new("1d", 86_400);

    /// <summary>One week, Monday to Sunday.</summary>
    public static readonly Timeframe W1 = new("1w", 604_800);

    /// <summary>Every timeframe, shortest first.</summary>
    public static IReadOnlyList<Timeframe> All { get; } = [M1, M5, M15, M30, H1, H4, D1, W1];

    /// <summary>The name used in files, commands and documents, such as <c>1h</c>.</summary>
    public string Name { get; }

    /// <summary>Length in seconds.</summary>
    public int Seconds { get; }

    /// <summary>Reads a name such as <c>4h</c>; case does not matter.</summary>
    /// <returns>False when the name is none of the eight.</returns>
    public static bool TryParse(string? text, out Timeframe timeframe)
    {
        foreach (var candidate in All)
        {
            if (string.Equals(candidate.Name, text, StringComparison.OrdinalIgnoreCase))
            {
                timeframe = candidate;
                return true;
            }
        }

        timeframe = default;
        return false;
    }

    /// <summary>Reads a name such as <c>4h</c>, or throws with the list of valid names.</summary>
    /// <exception cref="FormatException">The name is none of the eight.</exception>
    public static Timeframe Parse(string text) =>
        TryParse(text, out var timeframe)
            ? timeframe
            : throw new FormatException(
                $"'{text}' is not a timeframe. Use one of {string.Join(", ", All.Select(t => t.Name))}."
            );

    /// <summary>The start of the bar of this length that holds a moment.</summary>
    /// <param name="unixSeconds">The moment, in seconds since 1970-01-01 UTC.</param>
    public long StartOf(long unixSeconds)
    {
        // 1970-01-01 was a Thursday: weeks are counted from the Monday before, three days earlier.
        var offset = this == W1 ? 3 * 86_400L : 0L;
        var shifted = unixSeconds + offset;
        return shifted - (((shifted % Seconds) + Seconds) % Seconds) - offset;
    }

    /// <inheritdoc/>
    public int CompareTo(Timeframe other) => Seconds.CompareTo(other.Seconds);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
