using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>The same trainings on two servers, in turns: one that sends spans and metrics to a collector, and one that does not.</summary>
internal static class TelemetryCost
{
    private const double Most = 1.01;
    private const int Epochs = 160; // two seconds and more
    private const int Hidden = 500;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var trainings = Arguments.Read(arguments, "trainings").Number("trainings", 15);
        await using var collector = await OtlpReceiver.StartAsync();
        var (without, with) = await MeasureAsync(trainings, collector);
        var (plain, told) = (Latencies.P50(without), Latencies.P50(with));
        return Measurements.Say(
            collector.Spans.Any(span => span.Name == "training.epochs"),
            told / plain <= Most,
            $"{trainings} trainings each: {plain.TotalMilliseconds:0} ms of processor time in the median without a collector "
                + $"({Range(without)}), {told.TotalMilliseconds:0} ms with one ({Range(with)}), a ratio of {told / plain:0.000}; "
                + $"the limit is {Most:0.00}; {collector.Spans.Count} spans arrived; {Latencies.Load()}"
        );
    }

    /// <summary>Does so many trainings on each, one after the other.</summary>
    /// <returns>The processor time of each, without and with a collector.</returns>
    private static async Task<(IReadOnlyList<TimeSpan> Without, IReadOnlyList<TimeSpan> With)> MeasureAsync(
        int trainings,
        OtlpReceiver collector
    )
    {
        using var quietHome = new TemporaryHome();
        using var tellingHome = new TemporaryHome();
        using var quiet = await StartAsync(quietHome, endpoint: "");
        using var telling = await StartAsync(tellingHome, collector.GrpcUrl);
        foreach (var server in new[] { quiet, telling })
        {
            await TrainAsync(server, seed: 1); // makes the market and compiles the code
            await TrainAsync(server, seed: 2);
        }

        var (without, with) = (new List<TimeSpan>(), new List<TimeSpan>());
        foreach (var seed in Enumerable.Range(3, trainings))
        {
            without.Add(await TrainAsync(quiet, seed));
            with.Add(await TrainAsync(telling, seed));
        }

        return (without, with);
    }

    private static Task<Victim> StartAsync(TemporaryHome home, string endpoint)
    {
        SmallCycle.Prepare(home.Folder, Epochs, Hidden);
        return Victim.StartAsync(
            home.Folder,
            new Dictionary<string, string>(SmallCycle.Lesson.Settings("0"))
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
            }
        );
    }

    /// <returns>The processor time that the server took for it.</returns>
    private static async Task<TimeSpan> TrainAsync(Victim server, int seed)
    {
        var before = server.ProcessorTime;
        var training = await server.Client.TrainAsync(
            new TrainingRequest { Strategy = "lesson", Seed = seed },
            CancellationToken.None
        );
        var ended = await server.Client.WaitAsync(training.OperationId, CancellationToken.None);
        return ended.Status == "completed"
            ? server.ProcessorTime - before
            : throw new InvalidOperationException(
                $"The training of seed {seed} ended {ended.Status}: {ended.ErrorMessage}"
            );
    }

    private static string Range(IReadOnlyList<TimeSpan> times) =>
        $"{times.Min().TotalMilliseconds:0} to {times.Max().TotalMilliseconds:0}";
}
