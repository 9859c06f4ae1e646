using Ktrdr.Client;

namespace Ktrdr.Benchmarks;

/// <summary>What durable operations cost by themselves: a cycle of workers that take no time.</summary>
internal sealed class OperationRows : RowGroup
{
    private const int Cycles = 25;
    private const int WarmUps = 5;

    /// <inheritdoc/>
    public override string Name => "operations";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Tool.Missing is { } why)
        {
            yield return Row.Skipped("a cycle of instant workers", why);
            yield break;
        }

        using var home = new BriefHome();
        using var server = Tool.Start(home.Folder, "serve --port 0", Tool.InstantWorkers);
        try
        {
            var told = server.StandardOutput.ReadLine()!;
            var url = new Uri(
                told.Split(' ').Single(word => word.StartsWith("http", StringComparison.Ordinal)).TrimEnd('.', '/')
            );
            using var client = new KtrdrClient(url);
            double Milliseconds() => CycleAsync(client).GetAwaiter().GetResult();
            var first = Milliseconds();
            Samples.Of(WarmUps, Milliseconds);
            var later = Samples.Of(Cycles, Milliseconds);
            var note =
                $"from its record to its end, five operations, durable writes; the server's first took {first:0} ms";
            yield return Row.AtMost("a cycle of instant workers, trigger to COMPLETED", 100, later, "ms", null, note);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static async Task<double> CycleAsync(KtrdrClient client)
    {
        var started = await client.TriggerAsync(new TriggerRequest { Seed = 1 }, CancellationToken.None);
        var ended = await client.WaitAsync(started.OperationId, CancellationToken.None);
        return ended.Status == "completed"
            ? (ended.CompletedAt!.Value - ended.CreatedAt).TotalMilliseconds
            : throw new InvalidOperationException($"The cycle ended {ended.Status}: {ended.ErrorMessage}");
    }
}
