using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server.Tests;

/// <summary>What a server sends, and what becomes of what nobody takes.</summary>
public sealed class ExportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statements_to_a_database_server_are_below_what_they_were_made_for_and_housekeeping_is_left_out()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var collector = await OtlpReceiver.StartAsync();
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "1"),
            ("KTRDR_DATABASE", PostgresServer.Shared.AddressOf($"traces_{Guid.NewGuid():N}")),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.GrpcUrl),
            ("OTEL_BSP_SCHEDULE_DELAY", "100")
        );
        var cycle = (await server.Client.TriggerAsync(new TriggerRequest(), Token)).OperationId;
        var end = await server.Client.WaitAsync(cycle, Token);
        var all = await collector.WaitAsync(spans => Attempts(spans, end).Count() == 5);

        var statements = all.Where(span => span.TraceId == end.TraceId && span.Scope == "Npgsql").ToArray();
        Assert.NotEmpty(statements);
        Assert.DoesNotContain(all, span => span is { Kind: "client", ParentId: "" });
        // Each of the five says how far it came once more when it ends; whatever it said before is no part of its story.
        Assert.True(statements.Count(span => Says(span).Contains("SET progress", StringComparison.Ordinal)) <= 5);
        var known = all.Where(span => span.TraceId == end.TraceId).Select(span => span.SpanId).ToHashSet();
        Assert.All(statements, span => Assert.Contains(span.ParentId, known));
    }

    [Fact]
    public async Task What_a_collector_refuses_is_counted_where_metrics_are_read()
    {
        await using var collector = await OtlpReceiver.StartAsync(OtlpManner.Refuse);
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.HttpUrl),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        );
        var cycle = (await server.Client.TriggerAsync(new TriggerRequest(), Token)).OperationId;
        Assert.Equal("completed", (await server.Client.WaitAsync(cycle, Token)).Status);

        await server.Services.GetRequiredService<Export>().EndAsync();

        Assert.Matches(
            "\nktrdr_dropped_spans_total [1-9][0-9]*\n",
            await server.Http.GetStringAsync("/metrics", Token)
        );
    }

    private static IEnumerable<ReceivedSpan> Attempts(IEnumerable<ReceivedSpan> spans, OperationView cycle) =>
        spans.Where(span => span.TraceId == cycle.TraceId && span["operation.attempt"] is not null);

    private static string Says(ReceivedSpan span) => string.Join(' ', span.Attributes.Values);
}
