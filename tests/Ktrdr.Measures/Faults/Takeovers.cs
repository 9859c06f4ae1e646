using System.Globalization;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Postgres;

namespace Ktrdr.Measures;

/// <summary>Worker processes killed, or put to sleep for half a minute, in the middle of their work: how soon another takes it over,
/// and what becomes of the sleeper's result.</summary>
internal static class Takeovers
{
    private const string Roles = "agent,training,backtesting";
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>What came of it.</summary>
    /// <param name="Took">From each kill until another process had claimed the work.</param>
    /// <param name="Sleeps">How many processes were put to sleep in the middle of a piece of work.</param>
    /// <param name="Refused">How many writes of theirs were refused afterwards.</param>
    /// <param name="Violations">What did not hold.</param>
    internal sealed record Outcome(
        IReadOnlyList<TimeSpan> Took,
        int Sleeps,
        int Refused,
        IReadOnlyList<string> Violations
    );

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "kills", "sleeps", "seed");
        if (PostgresServer.Missing is { } missing)
        {
            return Measurements.Say(reached: false, missing);
        }

        var outcome = await MeasureAsync(
            given.Number("kills", 20),
            given.Number("sleeps", 3),
            TimeSpan.FromSeconds(30),
            given.Number("seed", 1)
        );
        return Measurements.Say(
            outcome.Violations,
            outcome.Took.Max() <= s_most,
            $"{outcome.Took.Count} workers killed at work: taken over after {outcome.Took.Order().ElementAt(outcome.Took.Count / 2).TotalSeconds:0.0} s "
                + $"in the median and {outcome.Took.Max().TotalSeconds:0.0} s at most, the limit is {s_most.TotalSeconds:0} s; "
                + $"{outcome.Sleeps} put to sleep for 30 s: one result each, {outcome.Refused} late writes refused; "
                + $"{outcome.Violations.Count} violations; {Latencies.Load()}"
        );
    }

    /// <summary>Kills so many and puts so many to sleep.</summary>
    public static async Task<Outcome> MeasureAsync(int kills, int sleeps, TimeSpan sleep, int seed)
    {
        using var fleet = new Fleet(SmallCycle.Scripted.Settings("2"));
        var server = await fleet.ServeAsync("server", "research");
        await fleet.WorkAsync("one", Roles);
        await fleet.WorkAsync("two", Roles);
        var chance = new Random(seed);
        var took = new List<TimeSpan>();
        var violations = new List<string>();
        for (var kill = 0; kill < kills; kill++)
        {
            var (cycle, work, node) = await CaughtAsync(fleet, server, chance);
            var at = DateTimeOffset.UtcNow;
            await fleet.Nodes[node].KillAsync();
            took.Add(await ClaimedAgainAsync(fleet, work) - at);
            await fleet.WorkAsync(node, Roles);
            await EndAsync(server, cycle, violations);
        }

        var asleep = new List<string>();
        for (var number = 0; number < sleeps; number++)
        {
            var (cycle, work, node) = await CaughtAsync(fleet, server, chance);
            asleep.Add(work);
            await fleet.Nodes[node].PauseAsync(sleep, () => { });
            await EndAsync(server, cycle, violations);
        }

        await Waiting.UntilAsync(
            () => fleet.Records() is var now && asleep.All(id => Refusals(now, id) > 0),
            s_patience
        );
        var standing = fleet.Standing("server", atRest: true);
        violations.AddRange(standing.Violations());
        var records = standing.Records;
        violations.AddRange(
            records
                .Operations.Where(operation => records.Events[operation["id"]].Count(Completes) > 1)
                .Select(operation => $"{operation["id"]} completed twice")
        );
        return new Outcome(took, sleeps, asleep.Sum(id => Refusals(records, id)), violations);
    }

    /// <summary>A cycle under way, with one of its children running on a worker for a random part of its time.</summary>
    private static async Task<(string Cycle, string Work, string Node)> CaughtAsync(
        Fleet fleet,
        Victim server,
        Random chance
    )
    {
        var cycle = (
            await server.Client.TriggerAsync(new TriggerRequest { Seed = 1 }, CancellationToken.None)
        ).OperationId;
        await Task.Delay(chance.Next(0, 6000)); // a random part of it, wherever that falls
        (string Id, string? Node) running = default;
        await Waiting.UntilAsync(
            () =>
                (
                    running = fleet
                        .Records()
                        .Operations.Select(operation => (operation["id"], fleet.WhereRuns(operation)))
                        .FirstOrDefault(operation => operation.Item2 is not null and not "server")
                ).Node
                    is not null,
            s_patience
        );
        return (cycle, running.Id!, running.Node!);
    }

    private static async Task<DateTimeOffset> ClaimedAgainAsync(Fleet fleet, string work)
    {
        Row? again = null;
        await Waiting.UntilAsync(
            () =>
                (again = fleet.Records().Events[work].Where(line => line["kind"] == "claimed").Skip(1).LastOrDefault())
                    is not null,
            s_patience
        );
        return DateTimeOffset.Parse(again!["at"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    private static async Task EndAsync(Victim server, string cycle, List<string> violations)
    {
        var ended = await server.Client.WaitAsync(cycle, CancellationToken.None).WaitAsync(s_patience);
        if (ended.Status != "completed")
        {
            violations.Add($"{cycle} ended {ended.Status}: {ended.ErrorMessage}");
        }
    }

    private static int Refusals(Records records, string id) =>
        records.Events[id].Count(line => line["kind"] == "refused_write");

    private static bool Completes(Row line) => line["kind"] == "completed";
}
