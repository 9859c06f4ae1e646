using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.System.Tests;

/// <summary>Telemetry is sent as its standard settings say, and never in the way of the work.</summary>
public sealed class CollectorTests
{
    [Theory]
    [InlineData(OtlpManner.Stall)]
    [InlineData(OtlpManner.Refuse)]
    public async Task A_collector_that_takes_nothing_changes_nothing_and_holds_nobody_up(OtlpManner manner)
    {
        await using var collector = await OtlpReceiver.StartAsync(manner);
        using var home = Home.Scripted("0");
        using var server = await home.ServeAsync(TraceTests.To(collector));
        var end = await server.EndAsync(await server.TriggerAsync(new TriggerRequest()));

        Assert.Equal("completed", end.Status);
        Assert.Equal(0, (await server.TerminateAsync()).ExitCode);
        Assert.Empty(collector.Spans);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_changes_nothing_either()
    {
        using var home = new Home(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
        );

        var run = (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 0);

        Assert.Contains("Research cycle started!", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_make_no_sense_cost_the_telemetry_and_are_never_repeated()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = new Home([
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization: Bearer hush"),
            .. TraceTests.To(collector),
        ]);

        var run = (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 0);

        Assert.Contains("OTEL_EXPORTER_OTLP_HEADERS", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Empty(collector.Spans);
    }

    [Fact]
    public async Task Numbers_that_make_no_sense_are_the_usual_ones()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = new Home([
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            .. TraceTests.To(collector).Where(setting => setting.Key != "OTEL_BSP_SCHEDULE_DELAY"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
            ("OTEL_BSP_SCHEDULE_DELAY", "0"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "0"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "0"),
        ]);

        var run = (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 0);

        Assert.Equal(5, (await collector.TraceOfAsync(run.CycleId)).Count(TraceTests.IsAttempt));
        Assert.NotEmpty(collector.Metrics);
    }

    [Fact]
    public async Task A_command_that_hosts_its_cycle_itself_sends_all_of_it_before_it_ends()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = new Home([
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            .. TraceTests.To(collector),
        ]);

        var run = (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 0);

        var trace = await collector.TraceOfAsync(run.CycleId);
        Assert.Equal(5, trace.Count(TraceTests.IsAttempt));
        var dropped = Assert.Single(collector.Metrics, metric => metric.Name == "ktrdr_dropped_spans_total");
        Assert.Equal(0, Assert.Single(dropped.Points).Value);
        var cycles = Assert.Single(collector.Metrics, metric => metric.Name == "agent_cycles_total");
        Assert.Equal(1, cycles.Points.Single(point => (string?)point.Attributes["outcome"] == "completed").Value);
    }

    [Fact]
    public async Task The_standard_settings_decide_what_is_sampled_and_how_the_sender_is_described()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var home = new Home([
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("OTEL_TRACES_SAMPLER", "always_off"),
            ("OTEL_SERVICE_NAME", "bench"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=attic"),
            .. TraceTests.To(collector),
        ]);

        (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 0);

        Assert.Empty(collector.Spans);
        var sender = collector.Metrics[0].Resource;
        Assert.Equal(("bench", "attic"), (sender["service.name"], sender["deployment.environment.name"]));
    }
}
