using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server.Tests;

/// <summary>Settings that make no sense cost the telemetry, never the work, and are never repeated.</summary>
public sealed class ExportBeginTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "Authorization: Bearer hush", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=b,hush", "OTEL_EXPORTER_OTLP_METRICS_HEADERS")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "2147483647", "OutOfMemoryException")]
    public async Task What_the_exporter_cannot_work_with_is_said_and_nothing_is_sent(
        string setting,
        string value,
        string named
    )
    {
        var said = new Sayings<Export>();
        using var instruments = new Instruments();
        await using var export = new Export(
            Of(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), (setting, value)),
            new OperationsOptions(),
            instruments,
            said
        );

        export.Begin();

        var line = Assert.Single(said);
        Assert.StartsWith("No telemetry is sent:", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", line, StringComparison.Ordinal);
    }

    private static IConfiguration Of(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value))
            .Build();
}
