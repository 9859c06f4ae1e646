using System.Diagnostics;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Postgres;

namespace Ktrdr.Measures;

/// <summary>The same trainings done by one worker and by two, each of which does one at a time.</summary>
internal static class Scaling
{
    private const double Most = 0.6;
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(2);

    /// <summary>What came of it.</summary>
    /// <param name="One">The time one worker took for all.</param>
    /// <param name="Two">The time two took.</param>
    /// <param name="Shortest">The shortest single training with one worker.</param>
    /// <param name="Differences">Trainings whose models differ, though orders and seeds were the same.</param>
    internal sealed record Outcome(TimeSpan One, TimeSpan Two, TimeSpan Shortest, int Differences)
    {
        /// <summary>Two workers' time over one's.</summary>
        public double Ratio => Two / One;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "trainings", "epochs");
        if (PostgresServer.Missing is { } missing)
        {
            return Measurements.Say(reached: false, missing);
        }

        var trainings = given.Number("trainings", 20);
        var outcome = await MeasureAsync(trainings, given.Number("epochs", 160));
        return Measurements.Say(
            outcome.Differences == 0,
            outcome.Ratio <= Most && outcome.Shortest >= s_least,
            $"{trainings} trainings of {outcome.Shortest.TotalSeconds:0.0} s and more: one worker {outcome.One.TotalSeconds:0.0} s, "
                + $"two {outcome.Two.TotalSeconds:0.0} s, a ratio of {outcome.Ratio:0.00}; the limit is {Most:0.0}; "
                + $"{outcome.Differences} models differ; {Latencies.Load()}"
        );
    }

    /// <summary>Does so many trainings of so many epochs, twice.</summary>
    public static async Task<Outcome> MeasureAsync(int trainings, int epochs)
    {
        var (one, models, shortest) = await TimeAsync(trainings, epochs, workers: 1);
        var (two, again, _) = await TimeAsync(trainings, epochs, workers: 2);
        return new Outcome(one, two, shortest, models.Zip(again).Count(pair => pair.First != pair.Second));
    }

    private static async Task<(TimeSpan All, IReadOnlyList<string> Models, TimeSpan Shortest)> TimeAsync(
        int trainings,
        int epochs,
        int workers
    )
    {
        using var fleet = new Fleet(SmallCycle.Lesson.Settings("0"));
        SmallCycle.Prepare(fleet.HomeOf("server"), epochs, hidden: 500);
        var server = await fleet.ServeAsync("server", "none");
        foreach (var number in Enumerable.Range(1, workers))
        {
            await fleet.WorkAsync($"worker-{number}", "training=1");
        }

        // The first makes the market and compiles the code, on every worker.
        await Task.WhenAll(Enumerable.Range(0, workers).Select(seed => TrainAsync(server.Client, -1 - seed)));
        var started = Stopwatch.GetTimestamp();
        var ended = await Task.WhenAll(Enumerable.Range(0, trainings).Select(seed => TrainAsync(server.Client, seed)));
        return (
            Stopwatch.GetElapsedTime(started),
            [.. ended.Select(training => training.ResultSummary!.Value.GetProperty("model_identity").GetString()!)],
            TimeSpan.FromSeconds(ended.Min(training => training.DurationSeconds ?? 0))
        );
    }

    private static async Task<OperationView> TrainAsync(KtrdrClient client, int seed)
    {
        var started = await client.TrainAsync(
            new TrainingRequest { Strategy = "lesson", Seed = seed },
            CancellationToken.None
        );
        var ended = await client.WaitAsync(started.OperationId, CancellationToken.None);
        return ended.Status == "completed"
            ? ended
            : throw new InvalidOperationException(
                $"The training of seed {seed} ended {ended.Status}: {ended.ErrorMessage}"
            );
    }
}
