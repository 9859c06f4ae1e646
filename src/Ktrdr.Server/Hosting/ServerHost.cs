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
    // Work hands itself back in four seconds, then connections are cut off; what has not ended after that never will.
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4.4);
    private const long MostBodyBytes = 1L << 20;

    /// <summary>Takes hold of a home and builds a server for it. Disposing it lets the home go.</summary>
    /// <param name="options">Which home, and where to listen.</param>
    /// <param name="configure">Adds configuration before it is read, or null. The environment is read in any case.</param>
    /// <exception cref="HomeHeldException">Another process holds the home.</exception>
    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public static WebApplication Build(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var home = new HomeFolder(options.Home);
        var hold =
            HomeLock.TryAcquire(home.Root, new HomeHolder(Environment.ProcessId, null))
            ?? throw new HomeHeldException(home.Root, HomeLock.Read(home.Root));
        try
        {
            home.Prepare();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = home.Root });
            builder.Configuration.AddEnvironmentVariables();
            configure?.Invoke(builder);
            AddHost(builder, options.Port);
            builder.Services.AddSingleton(_ => hold);
            builder.Services.AddArchive(home.Root);
            var onRestart = OnRestartIn(builder.Configuration);
            builder.Services.AddOperations(settings =>
            {
                RecordsPlace.Apply(settings, home, builder.Configuration[RecordsPlace.Setting]);
                settings.OnRestart = onRestart;
            });
            builder.Services.AddResearch(builder.Configuration);
            builder.Services.AddAgent(builder.Configuration);
            builder.Services.AddSingleton<StrategyRecords>();
            builder.Services.AddSingleton(options);
            AddDescription(builder.Services);

            var app = builder.Build();
            // The container lets go of what it handed out: from here on the hold ends with the server.
            app.Services.GetRequiredService<HomeLock>();
            // A database that cannot be used is said now, before a half-started host stands in the way of saying it.
            app.Services.GetRequiredService<IOperations>();
            MapEverything(app);
            return app;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>What becomes of work that a process left running when it died.</summary>
    /// <exception cref="InvalidOperationException">The setting makes no sense.</exception>
    internal static OnRestart OnRestartIn(IConfiguration configuration) =>
        configuration["KTRDR_ON_RESTART"]?.Trim().ToLowerInvariant() switch
        {
            null or "" or "resume" => OnRestart.Resume,
            "fail" => OnRestart.Fail,
            var other => throw new InvalidOperationException($"KTRDR_ON_RESTART is '{other}'. Use resume or fail."),
        };

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
    public static async Task WaitForShutdownAsync(WebApplication app, CancellationToken cancellationToken)
    {
        using var stopped = new ManualResetEventSlim();
        await using var stopping = app.Lifetime.ApplicationStopping.Register(() => ExitUnless(stopped));
        try
        {
            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Somebody had begun a request and never went on; the work of this home is handed back all the same.
        }
        finally
        {
            await app.DisposeAsync();
            stopped.Set();
        }
    }

    // A thread of its own: what hangs may well have taken every thread of the pool along.
    private static void ExitUnless(ManualResetEventSlim stopped) =>
        new Thread(() =>
        {
            if (!stopped.Wait(s_shutdown))
            {
                Environment.Exit(1);
            }
        })
        {
            IsBackground = true,
            Name = "hard exit",
        }.Start();

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
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = s_patience;
            // The last requests and the hand-back take their seconds beside each other, or they would not fit.
            host.ServicesStopConcurrently = true;
        });
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        // Warnings only, and never among what a command prints.
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A host that cannot start throws, and whoever started it says why in better words.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
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
