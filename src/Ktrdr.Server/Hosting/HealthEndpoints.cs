using System.Net;
using System.Reflection;
using Ktrdr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Server;

/// <summary>Whether the process lives, and whether it takes work.</summary>
internal static class HealthEndpoints
{
    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(HealthEndpoints)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    public static void MapHealth(this IEndpointRouteBuilder root)
    {
        var health = root.MapGroup("/health").WithTags("health").AddEndpointFilter(QueryKeys.CheckAsync);
        health.MapGet("/live", Live).WithSummary("Who answers here.");
        health
            .MapGet("/ready", Ready)
            .WithSummary("Whether the engine has taken stock and takes work; 503 until then.");
    }

    public static Ok<HealthView> Live(ServerOptions options) => TypedResults.Ok(Of("live", options));

    private static Results<Ok<HealthView>, ProblemResult> Ready(
        ServerOptions options,
        IHostApplicationLifetime lifetime
    )
    {
        // The engine reconciles before the host counts as started, and takes nothing more once it stops.
        var stopping = lifetime.ApplicationStopping.IsCancellationRequested;
        return lifetime.ApplicationStarted.IsCancellationRequested && !stopping
            ? TypedResults.Ok(Of("ready", options))
            : ProblemResult.Of(
                HttpStatusCode.ServiceUnavailable,
                "not_ready",
                stopping ? "The server is stopping." : "The server is starting.",
                "Ask again in a moment."
            );
    }

    private static HealthView Of(string status, ServerOptions options) =>
        new()
        {
            Status = status,
            Home = Path.GetFullPath(options.Home),
            Pid = Environment.ProcessId,
            Version = Version,
        };
}
