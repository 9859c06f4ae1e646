using System.Diagnostics;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>Cycles cancelled at random instants of each phase: how soon the whole tree has ended, and whether anybody disagrees.</summary>
internal static class Stops
{
    private const string PhaseSeconds = "0.1";
    private const int PhaseMilliseconds = 100;
    private const string Nodes = "nodes";
    private static readonly TimeSpan s_mostAcrossNodes = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(250);
    private static readonly string[] s_phases = ["designing", "training", "backtesting", "assessing"];

    /// <summary>What came of one phase.</summary>
    /// <param name="Phase">Which.</param>
    /// <param name="Took">From the request until the whole tree had ended, of each that was accepted.</param>
    /// <param name="Late">How many cycles were over first.</param>
    /// <param name="Disagreements">Answer and record, or parent and child, that contradict each other.</param>
    internal sealed record Outcome(
        string Phase,
        IReadOnlyList<TimeSpan> Took,
        int Late,
        IReadOnlyList<string> Disagreements
    );

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "times", "seed", "store");
        var (times, seed) = (given.Number("times", 1000), given.Number("seed", 1));
        var store = given.Text("store", "sqlite");
        var most = store == Nodes ? s_mostAcrossNodes : s_most;
        var missed = 0;
        foreach (var outcome in await MeasureAsync(store, times, seed))
        {
            foreach (var disagreement in outcome.Disagreements)
            {
                Console.WriteLine($"  {disagreement}");
            }

            var p99 = Latencies.P99(outcome.Took);
            missed |= Measurements.Say(
                outcome.Disagreements.Count == 0,
                p99 <= most,
                $"{store}: {outcome.Took.Count + outcome.Late} cancelled while {outcome.Phase} ({outcome.Late} were over first): whole tree ended after "
                    + $"{Latencies.Text(Latencies.P50(outcome.Took))} in the median, {Latencies.Text(p99)} at p99; the limit is {Latencies.Text(most)}; "
                    + $"{outcome.Disagreements.Count} pairs disagree; seed {seed}; {Latencies.Load()}"
            );
        }

        return missed;
    }

    /// <summary>Cancels so many cycles in each phase.</summary>
    /// <param name="store">The store; or that the cycle lives on one node, its phases on another, and a third is asked.</param>
    /// <param name="times">How many.</param>
    /// <param name="seed">What decides the instants.</param>
    public static async Task<IReadOnlyList<Outcome>> MeasureAsync(string store, int times, int seed)
    {
        var settings = SmallCycle.Scripted.Settings(PhaseSeconds);
        if (store == Nodes)
        {
            using var fleet = new Fleet(settings, synced: true);
            var asked = await fleet.ServeAsync("server", "none");
            await fleet.WorkAsync("parents", "research");
            await fleet.WorkAsync("phases", "agent,training,backtesting");
            return await MeasureAsync(asked, times, seed);
        }

        using var storage = Storage.Named(store);
        using var home = new TemporaryHome();
        using var server = await Victim.StartAsync(home.Folder, storage.Settings(home.Folder, settings));
        return await MeasureAsync(server, times, seed);
    }

    private static async Task<IReadOnlyList<Outcome>> MeasureAsync(Victim server, int times, int seed)
    {
        var chance = new Random(seed);
        var outcomes = new List<Outcome>();
        foreach (var phase in s_phases)
        {
            var took = new List<TimeSpan>();
            var disagreements = new List<string>();
            var late = 0;
            for (var time = 0; time < times; time++)
            {
                var cycle = (
                    await server.Client.TriggerAsync(new TriggerRequest { Seed = 1 }, CancellationToken.None)
                ).OperationId;
                await EnteredAsync(server.Client, cycle, phase);
                await Task.Delay(chance.Next(0, PhaseMilliseconds)); // a random moment of the phase
                var started = Stopwatch.GetTimestamp();
                var accepted = await AcceptedAsync(server.Client, cycle);
                var end = await server.Client.WaitAsync(cycle, CancellationToken.None);
                if (accepted)
                {
                    took.Add(Stopwatch.GetElapsedTime(started));
                }
                else
                {
                    late++;
                }

                disagreements.AddRange(await DisagreementsAsync(server.Client, end, accepted));
            }

            outcomes.Add(new Outcome(phase, took, late, disagreements));
        }

        return outcomes;
    }

    private static async Task EnteredAsync(KtrdrClient client, string cycle, string phase)
    {
        await foreach (var line in client.WatchAsync(cycle, 0, CancellationToken.None))
        {
            if (line.Kind == "metadata" && (string?)line.Body["phase"] == phase)
            {
                return;
            }
        }
    }

    private static async Task<bool> AcceptedAsync(KtrdrClient client, string cycle)
    {
        try
        {
            await client.CancelCycleAsync(cycle, CancellationToken.None);
            return true;
        }
        catch (KtrdrApiException over) when (over.Problem.Code == "operation_finished")
        {
            return false;
        }
    }

    private static async Task<IEnumerable<string>> DisagreementsAsync(
        KtrdrClient client,
        OperationView cycle,
        bool accepted
    )
    {
        var children = await client.ChildrenAsync(cycle.OperationId, CancellationToken.None);
        var said = accepted ? "cancelled" : "completed";
        return children
            .Where(child => !child.IsTerminal || (child.Status == "cancelled" && cycle.Status != "cancelled"))
            .Select(child => $"{cycle.OperationId} is {cycle.Status}, its child {child.OperationId} {child.Status}")
            .Concat(
                cycle.Status == said
                    ? []
                    : [$"{cycle.OperationId} is {cycle.Status}, and whoever asked was told {said}"]
            );
    }
}
