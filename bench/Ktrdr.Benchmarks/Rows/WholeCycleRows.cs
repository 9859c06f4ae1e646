namespace Ktrdr.Benchmarks;

/// <summary>A whole cycle on real bars without a language model, as a process: from the shell to the shell.</summary>
internal sealed class WholeCycleRows : RowGroup
{
    private const int Cycles = 7;

    /// <inheritdoc/>
    public override string Name => "cycle";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if ((Tool.Missing ?? (Bars is null ? "the shared folder is not beside the repository" : null)) is { } why)
        {
            yield return Row.Skipped("whole cycle", why);
            yield break;
        }

        using var template = new BriefHome();
        Tool.Run(template.Folder, $"data import {Bars} --symbol EURUSD --timeframe 1h");
        var runs = Enumerable.Range(0, Cycles).Select(_ => Cycle(template.Folder)).ToArray();
        var seconds = new Samples([.. runs.Select(run => run.Seconds)]);
        var memory = new Samples([.. runs.Select(run => run.Megabytes)]);
        const string what = "bench/reference.yaml, 74,439 bars of EURUSD on hand";
        yield return Row.AtMost("whole cycle, wall time of the process", 1.5, seconds, "s", null, what);
        yield return Row.AtMost("whole cycle, peak memory", 150, memory, "MB", null, what);
    }

    private static string? Bars => Machine.Shared("data/csv/EURUSD_1h.csv.gz");

    private static (double Seconds, double Megabytes) Cycle(string template)
    {
        using var home = new BriefHome();
        foreach (var folder in new[] { "data", "strategies" })
        {
            Directory.CreateDirectory(Path.Combine(home.Folder, folder));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(template, "data")))
        {
            File.Copy(file, Path.Combine(home.Folder, "data", Path.GetFileName(file)));
        }

        File.Copy(ReferenceStrategy.File, Path.Combine(home.Folder, "strategies", "reference.yaml"));
        return Tool.Run(home.Folder, "agent trigger --symbol EURUSD --strategy reference --seed 1 --bypass-gates");
    }
}
