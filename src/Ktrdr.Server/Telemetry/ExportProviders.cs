using System.Globalization;
using System.Reflection;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ktrdr.Server;

/// <summary>The OpenTelemetry SDK, as far as we use it.</summary>
internal sealed class ExportProviders
{
    /// <summary>What is listened to besides our own: requests in and out, and statements of a database server.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private ExportProviders(TracerProvider? traces, MeterProvider? metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Begins to listen and to send.</summary>
    /// <param name="traces">Where spans go, or null.</param>
    /// <param name="metrics">Where metrics go, or null.</param>
    /// <param name="settings">Everything else that the standard lets one set.</param>
    /// <param name="node">The name of this process in the records.</param>
    /// <param name="instruments">Count spans that were dropped, and know whether the totals are whole.</param>
    /// <param name="log">Told when that begins.</param>
    public static ExportProviders Open(
        ExportTarget? traces,
        ExportTarget? metrics,
        IConfiguration settings,
        string node,
        Instruments instruments,
        ILogger log
    )
    {
        // The framework describes its requests in the standard's words only when told to.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var spans = traces is null ? null : Traces(traces, settings, node, instruments, log);
        try
        {
            return new ExportProviders(spans, metrics is null ? null : Metrics(metrics, settings, node, instruments));
        }
        catch
        {
            spans?.Dispose();
            throw;
        }
    }

    /// <summary>Sends what is left as far as it is taken in time, both kinds beside each other, and ends.</summary>
    public void Close(TimeSpan patience)
    {
        var milliseconds = (int)patience.TotalMilliseconds;
        Parallel.Invoke(
            () =>
            {
                // Told to shut down beforehand with a limit: letting go alone would wait five seconds.
                _traces?.Shutdown(milliseconds);
                _traces?.Dispose();
            },
            () =>
            {
                _metrics?.Shutdown(milliseconds);
                _metrics?.Dispose();
            }
        );
    }

    private static TracerProvider Traces(
        ExportTarget target,
        IConfiguration settings,
        string node,
        Instruments instruments,
        ILogger log
    )
    {
        var options = new OtlpExporterOptions();
        Point(options, target);
        var losses = new ExportLosses(
            Number(settings, "OTEL_BSP_MAX_QUEUE_SIZE", usual: 2_048),
            instruments.SpansDropped,
            log,
            TimeProvider.System
        );
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(settings))
            .SetResourceBuilder(Resource(settings, node))
            .AddSource([Tracing.SourceName, .. Sources])
            .AddProcessor(new ExportNoise())
            .AddProcessor(
                new ExportQueue(
                    new ExportQueue.Exporter(options, losses),
                    losses,
                    Number(settings, "OTEL_BSP_SCHEDULE_DELAY", usual: 5_000),
                    Number(settings, "OTEL_BSP_EXPORT_TIMEOUT", usual: 30_000),
                    Number(settings, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", usual: 512)
                )
            )
            .Build();
    }

    private static MeterProvider Metrics(
        ExportTarget target,
        IConfiguration settings,
        string node,
        Instruments instruments
    )
    {
        var options = new OtlpExporterOptions();
        Point(options, target);
        return Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(settings))
            .SetResourceBuilder(Resource(settings, node))
            .AddMeter(Instruments.MeterName)
            .AddReader(
                new ExportFigures(
                    options,
                    instruments,
                    Number(settings, "OTEL_METRIC_EXPORT_INTERVAL", usual: 60_000),
                    Number(settings, "OTEL_METRIC_EXPORT_TIMEOUT", usual: 30_000)
                )
            )
            .Build();
    }

    private static void Point(OtlpExporterOptions options, ExportTarget target)
    {
        options.Protocol = target.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = target.Url;
        options.Headers = target.Headers;
        options.TimeoutMilliseconds = target.TimeoutMilliseconds;
    }

    private static ResourceBuilder Resource(IConfiguration settings, string node) =>
        ResourceBuilder
            .CreateEmpty()
            .AddService(
                settings["OTEL_SERVICE_NAME"]?.Trim() is { Length: > 0 } name ? name : "ktrdr",
                serviceVersion: Version(),
                serviceInstanceId: node
            )
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();

    private static string? Version() =>
        typeof(ExportProviders)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0];

    // The SDK's own reading of these throws at a 0.
    private static int Number(IConfiguration settings, string key, int usual) =>
        int.TryParse(settings[key], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : usual;
}
