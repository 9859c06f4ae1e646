using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Postgres;

namespace Ktrdr.Measures;

/// <summary>The database's server killed in the middle of a cycle and started again, at random moments: what whoever asks is told
/// meanwhile, and whether the cycle ends as if nothing had been.</summary>
internal static class Outages
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>What came of it.</summary>
    /// <param name="Told">How long each trigger took to be told that the database is away.</param>
    /// <param name="Violations">What did not hold.</param>
    internal sealed record Outcome(IReadOnlyList<TimeSpan> Told, IReadOnlyList<string> Violations);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "times", "seed");
        if (PostgresServer.Missing is { } missing)
        {
            return Measurements.Say(reached: false, missing);
        }

        var (times, seed) = (given.Number("times", 20), given.Number("seed", 1));
        var outcome = await MeasureAsync(times, seed);
        return Measurements.Say(
            outcome.Violations,
            outcome.Told.Max() <= s_most,
            $"PostgreSQL killed {times} times in the middle of a cycle and started again: {outcome.Violations.Count} violations; a trigger meanwhile "
                + $"was told 503 with Retry-After after {Latencies.Text(Latencies.P50(outcome.Told))} in the median and {Latencies.Text(outcome.Told.Max())} "
                + $"at most; the limit is {Latencies.Text(s_most)}; seed {seed}; {Latencies.Load()}"
        );
    }

    /// <summary>Kills it so often, each time in another cycle.</summary>
    public static async Task<Outcome> MeasureAsync(int times, int seed)
    {
        using var storage = Storage.Named("postgres");
        using var home = new TemporaryHome();
        SmallCycle.Prepare(home.Folder);
        using var server = await Victim.StartAsync(
            home.Folder,
            storage.Settings(home.Folder, SmallCycle.Lesson.Settings("0"))
        );
        using var http = new HttpClient { BaseAddress = server.Client.Server };
        var chance = new Random(seed);
        var told = new List<TimeSpan>();
        var violations = new List<string>();
        Records? before = null;
        for (var time = 1; time <= times; time++)
        {
            var request = new TriggerRequest
            {
                Strategy = SmallCycle.Lesson.Strategy,
                Seed = 1,
                BypassGates = true,
            };
            var cycle = (await server.Client.TriggerAsync(request, CancellationToken.None)).OperationId;
            await Task.Delay(chance.Next(0, 1000)); // a random moment of the cycle
            storage.Server!.Kill();
            told.Add(await AskAsync(http, violations));
            await Task.Delay(chance.Next(0, 1500)); // and a random time away
            storage.Server.Up();

            var ended = await EndAsync(server.Client, cycle);
            if (ended is not "completed")
            {
                var tree = storage
                    .RecordsOf(home.Folder)
                    .Operations.Where(operation => operation["root_id"] == cycle)
                    .Select(operation => $"{operation["type"]} {operation["status"]} (attempt {operation["attempt"]})");
                violations.Add($"time {time}: {cycle} ended {ended}; {string.Join(", ", tree)}");
                break;
            }

            var standing = storage.StandingOf(home.Folder, before, atRest: true);
            violations.AddRange(standing.Violations().Select(one => $"time {time}: {one}"));
            before = standing.Records;
        }

        return new Outcome(told, violations);
    }

    private static async Task<TimeSpan> AskAsync(HttpClient http, List<string> violations)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsJsonAsync("/api/v1/agent/trigger", new { seed = 1 });
        if (answer is not { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null })
        {
            violations.Add($"a trigger was told {(int)answer.StatusCode} while the database was away");
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>How a cycle ended, once whoever is asked can say so.</summary>
    private static async Task<string> EndAsync(KtrdrClient client, string cycle)
    {
        OperationView? end = null;
        var ended = await Waiting.HoldsAsync(
            async () =>
            {
                try
                {
                    end = await client.GetOperationAsync(cycle, CancellationToken.None);
                    return end.IsTerminal;
                }
                catch (KtrdrApiException away) when (away.Problem.Code == "database_unavailable")
                {
                    return false; // it is on its way up
                }
            },
            s_patience
        );
        return !ended ? "nothing for a minute"
            : end!.ErrorMessage is { } message ? $"{end.Status}: {message}"
            : end.Status;
    }
}
