using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Postgres;

namespace Ktrdr.Measures;

/// <summary>Cycles on three nodes with homes of their own, any of which is killed at random moments and started again; on real bars
/// where there are any. After each cycle the homes must become alike, and everything must hold that holds of one.</summary>
internal static class Survival
{
    private const int MostKills = 2;
    private const string SampleMarket = "SAMPLE";
    private static readonly string[] s_names = ["one", "two", "three"];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>What came of it.</summary>
    /// <param name="Market">What was researched.</param>
    /// <param name="Ends">How the cycles ended, and how many of them so.</param>
    /// <param name="Kills">How many processes were killed.</param>
    /// <param name="Lost">How many attempts that cost.</param>
    /// <param name="Took">How long all of it took.</param>
    /// <param name="Violations">What did not hold.</param>
    internal sealed record Outcome(
        string Market,
        IReadOnlyDictionary<string, int> Ends,
        int Kills,
        int Lost,
        TimeSpan Took,
        IReadOnlyList<string> Violations
    );

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "cycles", "seed", "bars");
        if (PostgresServer.Missing is { } missing)
        {
            return Measurements.Say(reached: false, missing);
        }

        var seed = given.Number("seed", 1);
        var outcome = await MeasureAsync(given.Number("cycles", 20), given.Text("bars", Bars() ?? ""), seed);
        return Measurements.Say(
            outcome.Violations,
            $"{outcome.Ends.Values.Sum()} cycles on {outcome.Market} on three nodes with homes of their own, {outcome.Kills} kills that cost "
                + $"{outcome.Lost} attempts: {string.Join(", ", outcome.Ends.Select(end => $"{end.Value} {end.Key}"))}; "
                + $"{outcome.Violations.Count} violations; {outcome.Took.TotalSeconds:0} s; seed {seed}; {Latencies.Load()}"
        );
    }

    /// <summary>Runs so many cycles, one after the other, while nodes are killed.</summary>
    /// <param name="cycles">How many.</param>
    /// <param name="bars">A file of EURUSD bars, or nothing for the sample market.</param>
    /// <param name="seed">What decides whom it hits and when.</param>
    public static async Task<Outcome> MeasureAsync(int cycles, string bars, int seed)
    {
        var market = bars.Length > 0 ? "EURUSD" : SampleMarket;
        using var fleet = new Fleet(new Dictionary<string, string> { ["AGENT_PROVIDER"] = "local" }, synced: true);
        foreach (var name in s_names)
        {
            await fleet.ServeAsync(name);
        }

        if (bars.Length > 0)
        {
            await using var file = File.OpenRead(bars);
            await ((Victim)fleet.Nodes[s_names[0]]).Client.ImportAsync(
                new ImportRequest
                {
                    Name = Path.GetFileName(bars),
                    Symbol = market,
                    Timeframe = "1h",
                },
                file,
                CancellationToken.None
            );
        }

        await KnownAsync(fleet, market);
        var started = Stopwatch.GetTimestamp();
        var chance = new Random(seed);
        var kills = 0;
        var violations = new List<string>();
        Records? before = null;
        for (var number = 1; number <= cycles; number++)
        {
            var id = await StartAsync(fleet, market, number);
            using var over = new CancellationTokenSource();
            var killing = KillAsync(fleet, chance, over.Token);
            await EndAsync(fleet, id, violations);
            await over.CancelAsync();
            kills += await killing;
            await AlikeAsync(fleet, violations);
            foreach (var name in s_names)
            {
                var standing = fleet.Standing(name, before, atRest: true);
                violations.AddRange(standing.Violations().Select(one => $"after cycle {number}, in '{name}': {one}"));
                before = standing.Records;
            }
        }

        var records = fleet.Records();
        return new Outcome(
            market,
            records
                .Operations.Where(operation => !operation.Has("parent_id"))
                .CountBy(End)
                .ToDictionary(end => end.Key, end => end.Value),
            kills,
            records.Events.SelectMany(history => history).Count(line => line["kind"] == "lost"),
            Stopwatch.GetElapsedTime(started),
            violations
        );
    }

    /// <summary>The bars that lie beside the project, where they do.</summary>
    public static string? Bars()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "csv", "EURUSD_1h.csv.gz");
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    private static string End(Row cycle) =>
        cycle["status"] == "failed" ? $"failed ({(string?)cycle.Json("error")["code"]})" : cycle["status"];

    /// <summary>Kills up to two nodes while a cycle lasts; a third could be the third crash of one piece of work, which is not
    /// tried again, and rightly so.</summary>
    private static async Task<int> KillAsync(Fleet fleet, Random chance, CancellationToken over)
    {
        var most = chance.Next(0, MostKills + 1);
        for (var kills = 0; kills < most; kills++)
        {
            // A random moment of the cycle, and a random time away.
            await Task.Delay(chance.Next(100, 3000), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return kills;
            }

            var name = s_names[chance.Next(s_names.Length)];
            await fleet.Nodes[name].KillAsync();
            await Task.Delay(chance.Next(0, 1000), CancellationToken.None);
            await fleet.ServeAsync(name);
        }

        return most;
    }

    /// <summary>Asks whoever answers; under one key, so that asking again after one who died with the answer on its lips starts no
    /// second cycle.</summary>
    private static Task<string> StartAsync(Fleet fleet, string market, int number) =>
        AskAsync(
            fleet,
            async client =>
            {
                using var http = new HttpClient();
                using var request = new HttpRequestMessage(
                    HttpMethod.Post,
                    new Uri(client.Server, "/api/v1/agent/trigger")
                );
                request.Headers.Add("Idempotency-Key", $"cycle-{number}");
                request.Content = JsonContent.Create(
                    new
                    {
                        symbol = market,
                        timeframe = "1h",
                        seed = number,
                        bypass_gates = true,
                    }
                );
                using var answer = await http.SendAsync(request);
                var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
                return answer.StatusCode switch
                {
                    HttpStatusCode.Accepted => (string)body!["operation_id"]!,
                    HttpStatusCode.ServiceUnavailable => throw new HttpRequestException("not ready"),
                    _ => throw new InvalidOperationException($"Cycle {number} was not started: {body}"),
                };
            }
        );

    private static async Task EndAsync(Fleet fleet, string id, List<string> violations)
    {
        OperationView? cycle = null;
        var ended = await Waiting.HoldsAsync(
            async () =>
                (
                    cycle = await AskAsync(fleet, client => client.GetOperationAsync(id, CancellationToken.None))
                ).IsTerminal,
            s_patience
        );
        if (!ended)
        {
            violations.Add($"{id} is {cycle!.Status} after {s_patience.TotalMinutes:0} minutes");
        }
        else if (cycle!.Status != "completed")
        {
            violations.Add($"{id} ended {cycle.Status} ({cycle.ErrorCode}): {cycle.ErrorMessage}");
        }
    }

    private static async Task<T> AskAsync<T>(Fleet fleet, Func<KtrdrClient, Task<T>> ask)
        where T : class
    {
        T? answer = null;
        await Waiting.UntilAsync(async () => (answer = await AskOnceAsync(fleet, ask)) is not null, s_patience);
        return answer!;
    }

    private static async Task<T?> AskOnceAsync<T>(Fleet fleet, Func<KtrdrClient, Task<T>> ask)
        where T : class
    {
        foreach (var server in fleet.Nodes.Values.Cast<Victim>())
        {
            try
            {
                return await ask(server.Client);
            }
            catch (Exception gone)
                when (gone
                        is KtrdrUnreachableException
                            or HttpRequestException
                            or ObjectDisposedException
                            or IOException
                )
            {
                // Dead just now; another will answer, or this one soon.
            }
        }

        return null;
    }

    /// <summary>What one was given, all have a moment later; whoever is asked before does not know it.</summary>
    private static async Task KnownAsync(Fleet fleet, string market)
    {
        if (market == SampleMarket)
        {
            return; // everybody makes that for himself
        }

        foreach (var server in fleet.Nodes.Values.Cast<Victim>())
        {
            await Waiting.UntilAsync(
                async () =>
                    (await server.Client.DatasetsAsync(CancellationToken.None)).Any(dataset =>
                        dataset.Symbol == market
                    ),
                s_patience
            );
        }
    }

    /// <summary>What one home has, all have in the end.</summary>
    private static async Task AlikeAsync(Fleet fleet, List<string> violations)
    {
        List<string> different = [];
        if (
            !await Waiting.HoldsAsync(
                () => Task.FromResult((different = Different(fleet)).Count == 0),
                TimeSpan.FromSeconds(30)
            )
        )
        {
            violations.Add($"homes that differ from '{s_names[0]}' after 30 s: {string.Join(", ", different)}");
        }
    }

    private static List<string> Different(Fleet fleet)
    {
        var first = Files(fleet.HomeOf(s_names[0]));
        return [.. s_names.Where(name => !Files(fleet.HomeOf(name)).SetEquals(first))];
    }

    private static HashSet<string> Files(string home) =>
        [
            .. ((string[])["strategies", "models"])
                .Select(room => Path.Combine(home, room))
                .Where(Directory.Exists)
                .SelectMany(room => Directory.EnumerateFiles(room, "*", SearchOption.AllDirectories))
                .Where(file => !Path.GetFileName(file).StartsWith('.'))
                .Select(file => Path.GetRelativePath(home, file)),
        ];
}
