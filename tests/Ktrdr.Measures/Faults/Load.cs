using System.Diagnostics;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Measures;

/// <summary>What nodes ask of the PostgreSQL server that they share: the figures that docs/scaling.md reckons with.</summary>
internal static class Load
{
    private const int Workers = 4;
    private const int Trainings = 2; // more than there are processors would wait for these, not for the database
    private const int Offers = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_lateCounts = TimeSpan.FromSeconds(11); // an idle connection keeps its counts for ten

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "seconds", "cycles");
        if (PostgresServer.Missing is { } missing)
        {
            return Measurements.Say(reached: false, missing);
        }

        var window = TimeSpan.FromSeconds(given.Number("seconds", 30));
        await WorkersAsync(window);
        await CyclesAsync(given.Number("cycles", 20), window);
        foreach (var synced in new[] { true, false })
        {
            foreach (var processes in new[] { 1, 2, 4 })
            {
                await TurnsAsync(processes, synced, window / 3);
            }
        }

        foreach (var nodes in new[] { 1, 10, 50 })
        {
            await ClaimsAsync(nodes);
        }

        return Measurements.Say(reached: true, $"nothing to reach; {Latencies.Load()}");
    }

    /// <summary>Workers that have nothing to do, and then trainings on some of them.</summary>
    private static async Task WorkersAsync(TimeSpan window)
    {
        using var fleet = new Fleet(SmallCycle.Lesson.Settings("0"), synced: true);
        SmallCycle.Prepare(fleet.HomeOf("server"), epochs: 10_000, hidden: 48);
        var server = await fleet.ServeAsync("server", "none");
        var (alone, connections) = await OverAsync(fleet, window);
        Say($"a server without work: {alone}; {connections} connections");
        foreach (var number in Enumerable.Range(1, Workers))
        {
            await fleet.WorkAsync($"worker-{number}", "training=1");
        }

        var (idle, more) = await OverAsync(fleet, window);
        Say($"each idle worker: {idle.Each(Workers, alone)}; {(more - connections) / (double)Workers:0.0} connections");
        foreach (var seed in Enumerable.Range(1, Trainings))
        {
            await server.Client.TrainAsync(
                new TrainingRequest { Strategy = "lesson", Seed = seed },
                CancellationToken.None
            );
        }

        await Waiting.UntilAsync(
            () => fleet.Records().Operations.Count(operation => fleet.WhereRuns(operation) is not null) >= Trainings,
            s_patience
        );

        var before = Progress(fleet);
        var (busy, most) = await OverAsync(fleet, window);
        Say(
            $"each training adds: {busy.Each(Trainings, idle)}; {(most - more) / (double)Trainings:0.0} connections; "
                + $"{(Progress(fleet) - before) / Trainings / (window + s_settling).TotalSeconds:0.0} reports of progress a second"
        );
    }

    /// <summary>Cycles one after another whose phases take no time.</summary>
    private static async Task CyclesAsync(int cycles, TimeSpan window)
    {
        using var fleet = new Fleet(SmallCycle.Scripted.Settings("0"), synced: true);
        var server = await fleet.ServeAsync("server", "research");
        await fleet.WorkAsync("worker", "agent,training,backtesting");
        await CycleAsync(server, 0);
        var (idle, _) = await OverAsync(fleet, window);
        var before = fleet.Counters();
        foreach (var seed in Enumerable.Range(1, cycles))
        {
            await CycleAsync(server, seed);
        }

        var took = Stopwatch.GetElapsedTime(before.At) / cycles;
        await Task.Delay(s_lateCounts); // the server has no signal for it
        var after = fleet.Counters();
        var all = after.Since(before).Each(1, idle);
        var each = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds / cycles;
        Say(
            $"each scripted cycle, on a server and a worker, one that waits for it included: {all.Transactions * each:0} transactions, "
                + $"{all.Writes * each:0} of them writing, {all.LogBytes * each / 1024:0} KB of log, "
                + $"{fleet.Records().Events.Sum(history => history.Count()) / (cycles + 1.0):0} lines of history; {took.TotalSeconds:0.00} s"
        );
    }

    /// <summary>How many transactions the turn of those who write lets through.</summary>
    private static async Task TurnsAsync(int processes, bool synced, TimeSpan window)
    {
        using var server = PostgresServer.Start(synced);
        using var folder = new TemporaryHome();
        var scribes = new List<Process>();
        try
        {
            foreach (var number in Enumerable.Range(1, processes))
            {
                var home = Directory.CreateDirectory(Path.Combine(folder.Folder, $"{number}")).FullName;
                scribes.Add(
                    Process.Start(Runtime.This("scribe", "--home", home, "--database", server.AddressOf("turns")))!
                );
            }

            foreach (var scribe in scribes)
            {
                if (await scribe.StandardOutput.ReadLineAsync() is null)
                {
                    throw new InvalidOperationException(
                        $"It does not write: {await scribe.StandardError.ReadToEndAsync()}"
                    );
                }
            }

            await Task.Delay(s_settling);
            var before = Counters.Of(server.ConnectionTo("turns"));
            await Task.Delay(window); // it is this while that is measured
            var rates = Counters.Of(server.ConnectionTo("turns")).Since(before);
            Say(
                $"{processes} {(processes == 1 ? "process that writes" : "processes that write")} without a pause, commits "
                    + $"{(synced ? "" : "not ")}synced: "
                    + $"{rates.Writes:0} writes/s in all, {rates.LogBytes / rates.Writes:0} bytes of log each"
            );
        }
        finally
        {
            foreach (var scribe in scribes)
            {
                scribe.Kill();
                await scribe.WaitForExitAsync();
                scribe.Dispose();
            }
        }
    }

    /// <summary>How soon work that one process offers begins in one of so many that are free.</summary>
    private static async Task ClaimsAsync(int nodes)
    {
        using var server = PostgresServer.Start();
        using var folder = new TemporaryHome();
        var address = server.AddressOf("claims");
        var began = new TaskCompletionSource<long>();
        var hosts = new List<IHost>();
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(5 * nodes, ports); // they stand for processes, which do not wait for each other's threads
        try
        {
            foreach (var number in Enumerable.Range(0, nodes + 1))
            {
                var home = Directory.CreateDirectory(Path.Combine(folder.Folder, $"{number}")).FullName;
                var host = Scribe.Build(
                    home,
                    address,
                    places: number == 0 ? 0 : 1,
                    () => began.TrySetResult(Stopwatch.GetTimestamp())
                );
                hosts.Add(host);
                await host.StartAsync();
            }

            var operations = hosts[0].Services.GetRequiredService<IOperations>();
            var took = new List<TimeSpan>();
            for (var offer = 0; offer <= Offers; offer++)
            {
                began = new(TaskCreationOptions.RunContinuationsAsynchronously);
                var offered = Stopwatch.GetTimestamp();
                var dictation = await Scribe.OfferAsync(hosts[0], new Dictation(Endless: false));
                took.Add(Stopwatch.GetElapsedTime(offered, await began.Task));
                await operations.WaitAsync(dictation, CancellationToken.None); // so that whoever took it is free again
            }

            var connections = Counters.Of(server.ConnectionTo("claims")).Connections;
            took.RemoveAt(0); // the first compiles the code
            Say(
                $"work offered to {nodes} free {(nodes == 1 ? "node" : "nodes")} begins after {Latencies.Text(Latencies.P50(took))} in the median, "
                    + $"{Latencies.Text(took.Max())} at most; {connections / (nodes + 1.0):0.0} connections a node"
            );
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.StopAsync();
                host.Dispose();
            }

            ThreadPool.SetMinThreads(workers, ports);
        }
    }

    private static async Task<(Rates Rates, int Connections)> OverAsync(Fleet fleet, TimeSpan window)
    {
        await Task.Delay(s_settling);
        var before = fleet.Counters();
        await Task.Delay(window); // it is this while that is measured
        var after = fleet.Counters();
        return (after.Since(before), after.Connections);
    }

    private static async Task CycleAsync(Victim server, int seed)
    {
        var cycle = await server.Client.TriggerAsync(new TriggerRequest { Seed = seed }, CancellationToken.None);
        await server.Client.WaitAsync(cycle.OperationId, CancellationToken.None);
    }

    private static int Progress(Fleet fleet) =>
        fleet.Records().Events.Sum(history => history.Count(line => line["kind"] == "progress"));

    private static void Say(string line) => Console.WriteLine(line);
}
