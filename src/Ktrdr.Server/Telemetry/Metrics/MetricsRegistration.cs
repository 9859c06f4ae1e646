using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server;

/// <summary>The door to metrics.</summary>
internal static class MetricsRegistration
{
    // Where a collector is named, somebody wants figures who does not ask for them.
    private static readonly string[] s_collectors =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    ];

    /// <summary>Adds the instruments and what feeds them. The host brings operations, research and its language models.</summary>
    public static void AddInstruments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Instruments>();
        services.AddSingleton<IWriteObserver>(provider => provider.GetRequiredService<Instruments>());
        services.AddSingleton<RecordedTotals>();
        services.AddSingleton<Looks>();
        services.AddSingleton<Gauges>();
        services.AddSingleton<Exposition>();
        if (s_collectors.Any(key => !string.IsNullOrWhiteSpace(configuration[key])))
        {
            services.AddHostedService(provider =>
            {
                // Whoever collects asks the gauges, which need only be there.
                provider.GetRequiredService<Gauges>();
                return ActivatorUtilities.CreateInstance<RegularLooks>(provider);
            });
        }
    }
}
