using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server.Tests;

/// <summary>The standard settings of OpenTelemetry, as its specification of exporters has them.</summary>
public sealed class ExportTargetTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public void Without_an_endpoint_nothing_is_sent_anywhere()
    {
        Assert.Null(ExportTarget.Traces(Of()));
        Assert.Null(ExportTarget.Metrics(Of((Endpoint, " "))));
    }

    [Fact]
    public void An_endpoint_for_everything_is_spoken_to_in_grpc_as_it_stands()
    {
        var target = ExportTarget.Traces(Of((Endpoint, "http://localhost:4317")))!;

        Assert.Equal(
            (new Uri("http://localhost:4317"), true, 10_000),
            (target.Url, target.IsGrpc, target.TimeoutMilliseconds)
        );
    }

    [Theory]
    [InlineData("http://collector:4318")]
    [InlineData("http://collector:4318/")]
    public void Over_http_each_kind_has_its_own_path_below_it(string endpoint)
    {
        var settings = Of((Endpoint, endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        Assert.Equal("http://collector:4318/v1/traces", ExportTarget.Traces(settings)!.Url.AbsoluteUri);
        Assert.Equal("http://collector:4318/v1/metrics", ExportTarget.Metrics(settings)!.Url.AbsoluteUri);
    }

    [Fact]
    public void What_is_said_of_one_kind_wins_and_its_address_is_taken_as_it_stands()
    {
        var settings = Of(
            (Endpoint, "http://collector:4317"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://other/spans"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=b"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "c=d"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1500")
        );

        Assert.Equal(
            new ExportTarget(new Uri("http://other/spans"), IsGrpc: false, "c=d", 1_500),
            ExportTarget.Traces(settings)
        );
        Assert.Equal(
            new ExportTarget(new Uri("http://collector:4317"), IsGrpc: true, "a=b", 10_000),
            ExportTarget.Metrics(settings)
        );
    }

    [Fact]
    public void Telemetry_can_be_switched_off_as_a_whole_or_by_kind()
    {
        Assert.Null(ExportTarget.Traces(Of((Endpoint, "http://x"), ("OTEL_SDK_DISABLED", "true"))));
        Assert.Null(ExportTarget.Metrics(Of((Endpoint, "http://x"), ("OTEL_METRICS_EXPORTER", "none"))));
        Assert.NotNull(ExportTarget.Traces(Of((Endpoint, "http://x"), ("OTEL_METRICS_EXPORTER", "none"))));
    }

    [Theory]
    [InlineData(Endpoint, "my secret place")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "my secret place")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "my secret place")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "my secret place")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "my secret place")]
    public void What_makes_no_sense_is_named_and_never_repeated(string setting, string value)
    {
        var wrong = Assert.Throws<FormatException>(() =>
            ExportTarget.Traces(Of((Endpoint, "http://x"), (setting, value)))
        );

        Assert.StartsWith(setting, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, wrong.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Of(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }
}
