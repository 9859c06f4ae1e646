using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>A thousand triggers at once, again and again: one of them starts a cycle, and all others are told which.</summary>
internal static class Triggers
{
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(250);

    /// <summary>What came of it.</summary>
    /// <param name="Wrong">Rounds in which it was not one that was let in, or not its id that the others were told.</param>
    /// <param name="P99">How long 99 in 100 triggers took at most, of each round.</param>
    /// <param name="Each">The processor time of the server a trigger.</param>
    internal sealed record Outcome(IReadOnlyList<string> Wrong, IReadOnlyList<TimeSpan> P99, TimeSpan Each);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "times", "count", "store");
        var (times, count) = (given.Number("times", 100), given.Number("count", 1000));
        using var storage = Storage.Named(given.Text("store", "sqlite"));
        var outcome = await MeasureAsync(storage, times, count);
        foreach (var wrong in outcome.Wrong)
        {
            Console.WriteLine($"  {wrong}");
        }

        var warm = outcome.P99.Skip(1).DefaultIfEmpty(outcome.P99[0]).Order().ToList(); // the first opens the connections
        return Measurements.Say(
            outcome.Wrong.Count == 0,
            warm[^1] <= s_most,
            $"{storage}, {times} × {count:#,0} concurrent triggers: {times - outcome.Wrong.Count} × one 202 and {count - 1} × 409 with its id; "
                + $"p99 {Latencies.Text(warm[warm.Count / 2])} in the median round and {Latencies.Text(warm[^1])} in the worst "
                + $"(the first, which opens the connections: {Latencies.Text(outcome.P99[0])}); the limit is {Latencies.Text(s_most)}; "
                + $"{outcome.Each.TotalMicroseconds:0} µs of the server's processors each; {Latencies.Load()}"
        );
    }

    /// <summary>So many at once, so many times.</summary>
    public static async Task<Outcome> MeasureAsync(Storage storage, int times, int count)
    {
        using var home = new TemporaryHome();
        using var server = await Victim.StartAsync(
            home.Folder,
            storage.Settings(home.Folder, SmallCycle.Scripted.Settings("3600"))
        );
        using var http = new HttpClient { BaseAddress = server.Client.Server };
        var wrong = new List<string>();
        var p99 = new List<TimeSpan>();
        var before = server.ProcessorTime;
        for (var time = 1; time <= times; time++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => TriggerAsync(http)));
            p99.Add(Latencies.P99(answers.Select(answer => answer.Took)));
            var winners = answers.Where(answer => answer.Status == HttpStatusCode.Accepted).ToList();
            var told = answers.Count(answer =>
                answer.Status == HttpStatusCode.Conflict && answer.Id == winners.FirstOrDefault().Id
            );
            if (winners.Count != 1 || told != count - 1)
            {
                wrong.Add(
                    $"round {time}: {winners.Count} × 202, {told} × 409 with its id, "
                        + string.Join(
                            ", ",
                            answers.CountBy(answer => answer.Status).Select(each => $"{each.Value} × {(int)each.Key}")
                        )
                );
            }

            foreach (var (_, id, _) in winners)
            {
                await server.Client.CancelCycleAsync(id, CancellationToken.None);
                await server.Client.WaitAsync(id!, CancellationToken.None);
            }
        }

        return new Outcome(wrong, p99, (server.ProcessorTime - before) / (times * count));
    }

    private static async Task<(HttpStatusCode Status, string? Id, TimeSpan Took)> TriggerAsync(HttpClient http)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsync("/api/v1/agent/trigger", content: null);
        var id = answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync(ClientJson.Default.TriggerResponse))!.OperationId
            : (await answer.Content.ReadFromJsonAsync(ClientJson.Default.ProblemView))!.OperationId;
        return (answer.StatusCode, id, Stopwatch.GetElapsedTime(started));
    }
}
