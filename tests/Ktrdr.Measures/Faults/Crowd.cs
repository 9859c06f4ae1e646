using System.Collections.Concurrent;
using System.Diagnostics;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Microsoft.Data.Sqlite;

namespace Ktrdr.Measures;

/// <summary>A home with 10,000 operations, and many who look at it: lists, status, and a thousand event streams.</summary>
internal static class Crowd
{
    private const int TreeSize = 5;
    private static readonly TimeSpan s_list = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_status = TimeSpan.FromMilliseconds(5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "operations", "clients", "seconds");
        var (operations, clients, seconds) = (
            given.Number("operations", 10_000),
            given.Number("clients", 1000),
            given.Number("seconds", 10)
        );
        using var home = new TemporaryHome();
        await FillAsync(home, operations);
        using var server = await Victim.StartAsync(home.Folder, SmallCycle.Scripted.Settings("1"));
        using var http = new HttpClient { BaseAddress = server.Client.Server };
        var missed = 0;
        foreach (
            var (what, path, limit, rate) in new (string, string, TimeSpan?, int)[]
            {
                ("answers that look nothing up", "/health/live", null, 500), // what the machine itself takes
                ("lists of 10", "/api/v1/operations", s_list, 50),
                ("lists of 100 of one type", "/api/v1/operations?type=training&limit=100", s_list, 50),
                ("agent statuses", "/api/v1/agent/status", s_status, 500),
                ("statuses of an operation", $"/api/v1/operations/{await NewestAsync(server)}", s_status, 500),
            }
        )
        {
            await AskAsync(http, path, rate, seconds: 2); // the code is compiled on the way
            var before = server.ProcessorTime;
            var took = await AskAsync(http, path, rate, seconds);
            var each = (server.ProcessorTime - before) / took.Count;
            missed |= Measurements.Say(
                limit is null || Latencies.P99(took) <= limit,
                $"{operations:#,0} operations stored, {took.Count:#,0} {what} at {rate} a second: "
                    + $"{Latencies.Text(Latencies.P50(took))} in the median, {Latencies.Text(Latencies.P99(took))} at p99; {(limit is { } most ? $"the limit is {Latencies.Text(most)}; " : "")}"
                    + $"{each.TotalMicroseconds:0} µs of the server's processors each; {Latencies.Load()}"
            );
        }

        var (lines, wrong) = await ListenAsync(server, home, clients);
        return missed
            | Measurements.Say(
                wrong.Count == 0,
                $"{clients:#,0} event streams of one cycle: {lines} lines each, {wrong.Count} with a line lost or doubled{(wrong.Count > 0 ? $", such as {wrong[0]}" : "")}"
            );
    }

    /// <summary>So many read the history of a cycle while it is made.</summary>
    /// <returns>How many lines there were, and who did not read each of them once.</returns>
    public static async Task<(int Lines, IReadOnlyList<string> Wrong)> ListenAsync(
        Victim server,
        TemporaryHome home,
        int clients
    )
    {
        var cycle = (
            await server.Client.TriggerAsync(new TriggerRequest { Seed = 1 }, CancellationToken.None)
        ).OperationId;
        var heard = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => HearAsync(server.Client, cycle)));
        var there = Records.OfHome(home.Folder).Events[cycle].Select(line => line.Number("number")).ToList();
        return (
            there.Count,
            [.. heard.Where(numbers => !numbers.SequenceEqual(there)).Select(numbers => string.Join(' ', numbers))]
        );
    }

    private static async Task<List<long>> HearAsync(KtrdrClient client, string cycle)
    {
        var numbers = new List<long>();
        await foreach (var line in client.WatchAsync(cycle, 0, CancellationToken.None))
        {
            numbers.Add(line.Number);
        }

        return numbers;
    }

    /// <summary>Asks at a steady rate, whether or not the answers keep up; a late answer makes no later question late.</summary>
    private static async Task<IReadOnlyCollection<TimeSpan>> AskAsync(
        HttpClient http,
        string path,
        int rate,
        int seconds
    )
    {
        var took = new ConcurrentBag<TimeSpan>();
        var asking = new List<Task>();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var started = Stopwatch.GetTimestamp();
        for (var asked = 0; asked < rate * seconds; asked++)
        {
            var due = TimeSpan.FromSeconds((double)asked / rate);
            while (Stopwatch.GetElapsedTime(started) < due)
            {
                await beat.WaitForNextTickAsync();
            }

            asking.Add(AskOnceAsync());
        }

        await Task.WhenAll(asking);
        return took;

        async Task AskOnceAsync()
        {
            var at = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(path);
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            took.Add(Stopwatch.GetElapsedTime(at));
        }
    }

    private static async Task<string> NewestAsync(Victim server) =>
        (await server.Client.ListOperationsAsync(new OperationFilter(Limit: 1), CancellationToken.None))
            .Data[0]
            .OperationId;

    /// <summary>One real cycle of the product's, and copies of it under other ids.</summary>
    private static async Task FillAsync(TemporaryHome home, int operations)
    {
        using (var server = await Victim.StartAsync(home.Folder, SmallCycle.Scripted.Settings("0")))
        {
            var cycle = (
                await server.Client.TriggerAsync(new TriggerRequest { Seed = 1 }, CancellationToken.None)
            ).OperationId;
            await server.Client.WaitAsync(cycle, CancellationToken.None);
            await server.TerminateAsync();
        }

        await using var connection = new SqliteConnection($"Data Source={home.Database};Pooling=False");
        connection.Open();
        var columns = Columns(connection);
        var copied = columns.Select(column =>
            column switch
            {
                "id" or "root_id" or "parent_id" => $"\"{column}\" || '-' || n",
                "sequence" => $"sequence + {TreeSize} * n",
                _ => $"\"{column}\"",
            }
        );
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            BEGIN;
            CREATE TEMP TABLE copies AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {operations
                / TreeSize
                - 1}) SELECT n FROM c;
            INSERT INTO operations ({string.Join(", ", columns.Select(column => $"\"{column}\""))})
            SELECT {string.Join(", ", copied)} FROM operations, copies ORDER BY n, sequence;
            INSERT INTO events (operation_id, number, at, kind, body)
            SELECT operation_id || '-' || n, number, at, kind, body FROM events, copies;
            COMMIT;
            """;
        command.ExecuteNonQuery();
    }

    private static List<string> Columns(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info('operations')";
        using var rows = command.ExecuteReader();
        var columns = new List<string>();
        while (rows.Read())
        {
            columns.Add(rows.GetString(0));
        }

        return columns;
    }
}
