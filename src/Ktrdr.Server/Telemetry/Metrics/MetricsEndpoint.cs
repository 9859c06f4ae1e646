using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server;

/// <summary>Every figure, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    // Less than the ten seconds that Prometheus waits for a scrape: a store that hangs costs its own figures, not all.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static void MapMetrics(this IEndpointRouteBuilder root)
    {
        // Whoever listens must do so before the first measurement; what looks at the store can wait until somebody asks.
        root.ServiceProvider.GetRequiredService<Exposition>();
        root.MapGet("/metrics", ScrapeAsync)
            .WithTags("health")
            .AddEndpointFilter(QueryKeys.CheckAsync)
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .WithSummary("Every metric in the Prometheus text format.");
    }

    private static async Task ScrapeAsync(
        HttpResponse response,
        Looks looks,
        Instruments instruments,
        Gauges gauges,
        Exposition exposition,
        CancellationToken cancellationToken
    )
    {
        await looks.LookAsync(s_patience, cancellationToken);
        response.ContentType = Exposition.ContentType;
        exposition.WriteTo(response.BodyWriter, instruments.AreTotalsWhole);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
