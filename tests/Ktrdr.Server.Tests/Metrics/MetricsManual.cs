using Ktrdr.Tests;

namespace Ktrdr.Server.Tests;

/// <summary>A line of the table of metrics in the manual.</summary>
internal sealed record MetricsManual(string Type, string Labels, bool OfTheStore)
{
    /// <summary>The table, by the names of the metrics.</summary>
    public static IReadOnlyDictionary<string, MetricsManual> Read()
    {
        var lines = File.ReadLines(Path.Combine(Shared.Repository, "docs", "observability.md"));
        return lines
            .SkipWhile(line => line != "## Metrics")
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(
                cells => cells[0].Trim('`'),
                cells => new MetricsManual(
                    cells[1],
                    string.Join(
                        ", ",
                        cells[2].Split(", ").Select(label => label.Trim('`')).Order(StringComparer.Ordinal)
                    ),
                    cells[4] switch
                    {
                        "store" => true,
                        "process" => false,
                        var other => throw new InvalidDataException($"'{other}' is neither store nor process."),
                    }
                )
            );
    }
}
