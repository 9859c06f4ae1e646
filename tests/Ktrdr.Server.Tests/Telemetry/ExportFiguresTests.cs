using Ktrdr.Loopback;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ktrdr.Server.Tests;

/// <summary>Figures on their way to a collector.</summary>
public sealed class ExportFiguresTests
{
    [Theory]
    [InlineData("delta")]
    [InlineData("lowmemory")]
    public async Task Totals_of_all_time_are_never_sent_as_what_is_new(string wish)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var instruments = new Instruments { AreTotalsWhole = true };
        Send(collector, instruments, wish);

        Assert.NotEmpty(collector.Metrics);
        Assert.All(collector.Metrics, metric => Assert.NotEqual("delta", metric.Temporality));
        Assert.Contains(collector.Metrics, metric => metric is { Kind: "sum", Temporality: "cumulative" });
        Assert.Contains(collector.Metrics, metric => metric is { Kind: "histogram", Temporality: "cumulative" });
    }

    [Fact]
    public async Task While_the_records_are_being_added_up_their_totals_are_absent_rather_than_too_small()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var instruments = new Instruments();
        Send(collector, instruments);

        var names = collector.Metrics.Select(metric => metric.Name).ToArray();
        Assert.Contains("ktrdr_dropped_spans_total", names);
        Assert.Contains("ktrdr_database_write_seconds", names);
        Assert.DoesNotContain("agent_cycles_total", names);
        Assert.DoesNotContain("agent_cycle_cost_dollars", names);
        Assert.DoesNotContain("agent_budget_spend_dollars_total", names);
    }

    [Fact]
    public async Task Once_they_are_whole_they_are_sent_with_all_that_was_added_before()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var instruments = new Instruments { AreTotalsWhole = true };
        Send(collector, instruments);

        Assert.Contains(Points("agent_cycles_total"), point => point.Value == 1);
        Assert.Contains(Points("agent_budget_spend_dollars_total"), point => point.Value == 0.25);

        IEnumerable<ReceivedPoint> Points(string name) =>
            collector.Metrics.Where(metric => metric.Name == name).SelectMany(metric => metric.Points);
    }

    // From the first measurement to the last words of a process.
    private static void Send(OtlpReceiver collector, Instruments instruments, string wish = "cumulative")
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", $"{collector.HttpUrl}/v1/metrics"),
                new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                new("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", wish),
            ])
            .Build();
        var providers = ExportProviders.Open(
            traces: null,
            ExportTarget.Metrics(settings),
            settings,
            "here",
            instruments,
            NullLogger.Instance
        );
        instruments.CycleEnded("completed", TimeSpan.FromMinutes(1), Money.FromDollars(0.25m));
        instruments.RequestCharged("answered", Money.FromDollars(0.25m), took: null);
        instruments.Written(TimeSpan.FromMilliseconds(3));
        providers.Close(OtlpReceiver.Patience);
    }
}
