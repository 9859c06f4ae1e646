using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ktrdr.Benchmarks;

/// <summary>Measures the groups of rows, prints each row as it comes, and writes them all beside the machine's name.</summary>
internal static class Compare
{
    /// <summary>The argument by which a child with another vector width is asked for one group.</summary>
    public const string OneGroup = "rows";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Measures the groups named, or all; the results of all are kept.</summary>
    public static int Run(string[] names)
    {
        var unknown = names.Except(RowGroup.All.Select(group => group.Name), StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            Console.Error.WriteLine(
                $"There is no group of rows '{unknown[0]}'; there are "
                    + $"{string.Join(", ", RowGroup.All.Select(group => group.Name))}."
            );
            return 2;
        }

        Console.WriteLine($"{Machine.Processor}, {Environment.ProcessorCount} cores, load {Machine.Load}");
        var rows = new List<Row>();
        foreach (var group in RowGroup.All.Where(group => names.Length == 0 || names.Contains(group.Name)))
        {
            Console.WriteLine($"\n{group.Name}");
            foreach (var row in group.OncePerWidth ? group.Measure().Concat(AtHalfWidth(group)) : group.Measure())
            {
                Console.WriteLine(Line(row));
                rows.Add(row);
            }
        }

        if (names.Length == 0)
        {
            var path = Path.Combine(Machine.Repository, "bench", "results", $"{Machine.FileName}.json");
            var results = new Results(Machine.Processor, Environment.ProcessorCount, Machine.Load, rows);
            var text = JsonSerializer.Serialize(results, new JsonSerializerOptions(Json) { WriteIndented = true });
            File.WriteAllText(path, text + "\n");
            Console.WriteLine($"\n{path}");
        }

        return 0;
    }

    /// <summary>Measures one group and tells its rows as lines of JSON.</summary>
    public static int TellRows(string name)
    {
        foreach (var row in RowGroup.All.Single(group => group.Name == name).Measure())
        {
            Console.WriteLine(JsonSerializer.Serialize(row, Json));
        }

        return 0;
    }

    // The width is chosen when a process starts, so the other one takes another process.
    private static IEnumerable<Row> AtHalfWidth(RowGroup group)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            yield break;
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Compare).Assembly.Location);
        }

        start.ArgumentList.Add(OneGroup);
        start.ArgumentList.Add(group.Name);
        start.Environment["DOTNET_EnableAVX512"] = "0";
        using var child = Process.Start(start)!;
        while (child.StandardOutput.ReadLine() is { } line)
        {
            yield return JsonSerializer.Deserialize<Row>(line, Json)!;
        }

        child.WaitForExit();
        if (child.ExitCode != 0)
        {
            yield return Row.Skipped($"{group.Name} with AVX2", $"its process ended with code {child.ExitCode}");
        }
    }

    private static string Line(Row row)
    {
        var target = row.Bound switch
        {
            Bound.AtLeast => $"≥ {Number(row.Target)}",
            Bound.AtMost => $"≤ {Number(row.Target)}",
            _ => "",
        };
        var reached = row.Reached switch
        {
            true => "reached",
            false => "NOT reached",
            null => "",
        };
        var figure = row.Figure is null ? "–" : $"{Number(row.Figure)} {row.Unit}";
        var spread = row.Figure is null ? "" : $"{Number(row.Low)} … {Number(row.High)}";
        return $"  {row.What, -52} {figure, 18} {target, 12}  {reached, -11}  {spread, -22} {row.InstructionSet, -7} {row.Note}";
    }

    private static string Number(double? value) =>
        value switch
        {
            null => "",
            >= 10_000 => $"{value:N0}",
            >= 100 => $"{value:0}",
            >= 1 => $"{value:0.00}",
            _ => $"{value:0.#####}",
        };

    private sealed record Results(string Processor, int Cores, string Load, IReadOnlyList<Row> Rows);
}
