using System.Diagnostics;
using System.Globalization;

namespace Ktrdr.Benchmarks;

/// <summary>The published program, run as a person runs it.</summary>
internal static class Tool
{
    /// <summary>Where it lies.</summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("KTRDR_TOOL")
        ?? System.IO.Path.Combine(Machine.Repository, "artifacts", "ktrdr", "ktrdr");

    /// <summary>Workers that take no time and make everything up.</summary>
    public static (string Name, string Value)[] InstantWorkers { get; } =
    [("AGENT_PROVIDER", "scripted"), ("STUB_WORKER_DELAY", "0")];

    /// <summary>Why it cannot be run, or null when it can.</summary>
    public static string? Missing =>
        File.Exists(Path) ? null : "publish it: dotnet publish src/Ktrdr.Cli -c Release -o artifacts/ktrdr";

    /// <summary>Starts it in a home, with a few variables of its own.</summary>
    public static Process Start(string home, string arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
        };
        start.Environment["KTRDR_HOME"] = home;
        start.Environment["AGENT_PROVIDER"] = "local";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end; seconds of wall time and the most memory it held.</summary>
    public static (double Seconds, double Megabytes) Run(
        string home,
        string arguments,
        params (string Name, string Value)[] variables
    )
    {
        var from = Stopwatch.GetTimestamp();
        using var process = Start(home, arguments, variables);
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        var most = 0.0;
        while (!process.WaitForExit(10))
        {
            most = Math.Max(most, Memory(process, "VmHWM"));
        }

        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        return process.ExitCode == 0
            ? (seconds, most)
            : throw new InvalidOperationException($"ktrdr {arguments}: {said.Result} {complained.Result}");
    }

    /// <summary>Megabytes that a running process holds (<c>VmRSS</c>) or held at most (<c>VmHWM</c>); 0 once it has ended.</summary>
    public static double Memory(Process process, string what)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status")
                .FirstOrDefault(line => line.StartsWith(what, StringComparison.Ordinal));
            var kilobytes = line?[(what.Length + 1)..^2].Trim() ?? "0";
            return double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

/// <summary>A home that goes when it is done with.</summary>
internal sealed class BriefHome : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ktrdr-bench-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
