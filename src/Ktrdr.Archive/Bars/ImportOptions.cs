using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>What a person says about a file of bars.</summary>
/// <param name="Symbol">What it will be called; letters, digits, <c>_ - .</c>, at most 20, made upper case.</param>
/// <param name="Timeframe">The length of its bars.</param>
/// <param name="Kind">What kind of thing it is; null to conclude it from the file.</param>
/// <param name="TimeZone">The zone of times that name none, such as <c>America/New_York</c> or <c>UTC</c>; null when they do.</param>
public sealed record ImportOptions(
    string Symbol,
    Timeframe Timeframe,
    InstrumentKind? Kind = null,
    string? TimeZone = null
);

/// <summary>One thing that is wrong with one row.</summary>
/// <param name="Row">1 for the first line of the file; 0 when it is about the whole file.</param>
/// <param name="Message">What, the value, why, and the way out.</param>
public readonly record struct RowFault(long Row, string Message)
{
    /// <summary>The message, led by its row.</summary>
    public override string ToString() => Row == 0 ? Message : $"row {Row}: {Message}";
}

/// <summary>A file that cannot be imported; nothing of it was kept.</summary>
public sealed class ImportException : Exception
{
    /// <summary>As many faults are told; the rest is counted.</summary>
    public const int MostFaults = 20;

    /// <summary>The file cannot be used as a whole.</summary>
    public ImportException(string file, string message)
        : this(file, [new RowFault(0, message)], 1) { }

    /// <summary>Some rows cannot be used.</summary>
    public ImportException(string file, IReadOnlyList<RowFault> faults, long total)
        : base(Text(file, faults, total)) => (Faults, Total) = (faults, total);

    /// <summary>The first faults, at most <see cref="MostFaults"/>.</summary>
    public IReadOnlyList<RowFault> Faults { get; }

    /// <summary>How many there are in all.</summary>
    public long Total { get; }

    private static string Text(string file, IReadOnlyList<RowFault> faults, long total)
    {
        var name = Path.GetFileName(file);
        if (total == 1)
        {
            return $"{name}: {faults[0]}";
        }

        var more = total > faults.Count ? $"\n  … and {total - faults.Count} more" : "";
        return $"{name}: {total} rows cannot be used\n  {string.Join("\n  ", faults)}{more}";
    }
}
