using System.Diagnostics;

namespace Ktrdr.Benchmarks;

/// <summary>From the start of the process to the first byte it says, and what a server holds while nobody asks.</summary>
internal sealed class StartUpRows : RowGroup
{
    private const int Starts = 21;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string Name => "startup";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Tool.Missing is { } why)
        {
            yield return Row.Skipped("first output of the published program", why);
            yield break;
        }

        using var home = new BriefHome();
        Tool.Run(home.Folder, "agent trigger", Tool.InstantWorkers); // so that there is a record to look at
        foreach (var arguments in new[] { "--help", "agent status" })
        {
            var first = Samples.Of(Starts, () => MillisecondsToFirstWord(home.Folder, arguments));
            yield return Row.AtMost(
                $"ktrdr {arguments}, first output",
                100,
                first,
                "ms",
                null,
                "process start included"
            );
        }

        using var server = Tool.Start(home.Folder, "serve --port 0");
        server.StandardOutput.ReadLine();
        Thread.Sleep(Settled);
        var held = Samples.Of(5, () => Tool.Memory(server, "VmRSS"));
        server.Kill();
        server.WaitForExit();
        yield return Row.AtMost("server idle", 120, held, "MB", null, "resident, 5 s after it began to serve");
    }

    private static double MillisecondsToFirstWord(string home, string arguments)
    {
        var from = Stopwatch.GetTimestamp();
        using var process = Tool.Start(home, arguments);
        process.StandardOutput.BaseStream.ReadByte();
        var milliseconds = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return milliseconds;
    }
}
