using System.Net;
using System.Net.Sockets;
using Ktrdr.Agent;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Ktrdr.Server;

/// <summary>Puts the one program together: API, engine and workers over one home.</summary>
public static class ServerHost
{
    private const long MostBodyBytes = 1L << 20;

    /// <summary>Takes hold of a home and builds a server for it. Disposing it lets the home go.</summary>
    /// <param name="options">Which home, and where to listen.</param>
    /// <param name="configure">Adds configuration before it is read, or null. The environment is read in any case.</param>
    /// <exception cref="HomeHeldException">Another process holds the home.</exception>
    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public static WebApplication Build(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var home = new HomeFolder(options.Home);
        var hold = HomeServices.Hold(home);
        try
        {
            home.Prepare();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = home.Root });
            builder.Configuration.AddEnvironmentVariables();
            configure?.Invoke(builder);
            AddHost(builder, options.Port);
            builder.Services.AddHome(home, hold, builder.Configuration, options.Roles);
            builder.Services.AddSingleton<StrategyRecords>();
            builder.Services.AddSingleton(options);
            AddDescription(builder.Services);

            var app = builder.Build();
            HomeServices.Open(app.Services);
            MapEverything(app);
            return app;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Starts the engine and then listens.</summary>
    /// <returns>Where it answers; the lock of the home says so too.</returns>
    /// <exception cref="PortTakenException">Something else listens on the port.</exception>
    public static async Task<Uri> StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var options = app.Services.GetRequiredService<ServerOptions>();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException taken) when (IsTaken(taken))
        {
            throw new PortTakenException(
                options.Port,
                (await Neighbour.AtAsync(options.Port, cancellationToken))?.Home,
                taken
            );
        }

        var addresses = app
            .Services.GetRequiredService<IServer>()
            .Features.GetRequiredFeature<IServerAddressesFeature>();
        var port = new Uri(addresses.Addresses.First()).Port;
        var url = new Uri($"http://127.0.0.1:{port}");
        app.Services.GetRequiredService<HomeLock>()
            .Describe(new HomeHolder(Environment.ProcessId, url.GetLeftPart(UriPartial.Authority)));
        return url;
    }

    /// <summary>Waits until a started server is told to stop, and stops it within five seconds, come what may.</summary>
    public static Task WaitForShutdownAsync(WebApplication app, CancellationToken cancellationToken) =>
        HomeServices.WaitForShutdownAsync(app, cancellationToken);

    private static void AddHost(WebApplicationBuilder builder, int port)
    {
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            if (port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenLocalhost(port);
            }
        });
        builder.Services.AddRoutingCore();
        HomeServices.LogBeside(builder.Logging);
    }

    private static void AddDescription(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.Converters.Add(new UtcTimeConverter());
            json.SerializerOptions.Converters.Add(new DollarsConverter());
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ClientJson.Default);
        });
        services.AddOpenApi(description =>
            description.AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Info.Title = "ktrdr";
                    document.Info.Version = "v1";
                    document.Info.Description = "An autonomous researcher of trading strategies.";
                    return Task.CompletedTask;
                }
            )
        );
    }

    private static void MapEverything(WebApplication app)
    {
        app.UseLastRequests();
        app.UseProblems();
        app.UseLocalOnly();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHealth();
        app.MapMetrics();
        var api = app.MapGroup("/api/v1").AddEndpointFilter(QueryKeys.CheckAsync);
        api.MapAgent();
        api.MapSpending();
        api.MapOperations();
        api.MapFollowUps();
        api.MapDatasets();
        api.MapStrategies();
        api.MapIndicators();
        api.MapTrainings();
        api.MapBacktests();
        api.MapWorkers();
    }

    private static bool IsTaken(Exception failure) =>
        failure is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
        || (failure.InnerException is { } inner && IsTaken(inner));
}
