using Ktrdr.Agent;
using Ktrdr.Archive;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Ktrdr.Server;

/// <summary>What every process that works on a home is made of, whether it also serves it or not.</summary>
internal static class HomeServices
{
    // Work hands itself back in four seconds, then connections are cut off; what has not ended after that never will.
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4.4);

    /// <summary>Takes hold of a home for this process.</summary>
    /// <param name="home">The home.</param>
    /// <param name="asWorker">Whether it will serve nobody.</param>
    /// <exception cref="HomeHeldException">Another process holds it.</exception>
    public static HomeLock Hold(HomeFolder home, bool asWorker = false) =>
        HomeLock.TryAcquire(home.Root, new HomeHolder(Environment.ProcessId, null, asWorker))
        ?? throw new HomeHeldException(home.Root, HomeLock.Read(home.Root));

    /// <summary>Adds the archive, the engine, research and its authors, and what measures them.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="home">The home.</param>
    /// <param name="hold">This process's hold on it; let go of with the container.</param>
    /// <param name="configuration">Where settings are read.</param>
    /// <param name="roles">What the command line says about roles, or null.</param>
    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public static void AddHome(
        this IServiceCollection services,
        HomeFolder home,
        HomeLock hold,
        IConfiguration configuration,
        string? roles
    )
    {
        services.AddSingleton(_ => hold);
        services.AddArchive(home.Root);
        services.AddOperations(options =>
        {
            OperationsSettings.Apply(options, home, configuration, roles);
            options.HomeId = hold.HomeId;
        });
        services.AddResearch(configuration);
        services.AddAgent(configuration);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Export>(provider, configuration));
        services.AddInstruments(configuration);
        services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = s_patience;
            // The last requests and the hand-back take their seconds beside each other, or they would not fit.
            host.ServicesStopConcurrently = true;
        });
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
    }

    /// <summary>Logs to standard error, never among what a command prints: for people on a terminal, for machines elsewhere.</summary>
    /// <param name="logging">What is told.</param>
    /// <param name="configuration">Where the settings of the log are read.</param>
    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public static void LogBeside(ILoggingBuilder logging, IConfiguration configuration)
    {
        var settings = LogSettings.Read(configuration, toTerminal: !Console.IsErrorRedirected);
        logging.SetMinimumLevel(settings.LevelOfOthers);
        if (settings.Level < settings.LevelOfOthers)
        {
            logging.AddFilter("Ktrdr", settings.Level);
        }

        // A host that cannot start throws, and whoever started it says why in better words.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", settings.AtLeast(LogLevel.Critical));
        logging.Configure(factory =>
            factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId
        );
        logging.AddConsole(console =>
        {
            console.FormatterName = settings.Json ? JsonLines.FormatterName : ConsoleFormatterNames.Simple;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.AddSingleton<ConsoleFormatter, JsonLines>();
        logging.Services.Configure<SimpleConsoleFormatterOptions>(text =>
        {
            text.SingleLine = true;
            // Left to itself it looks at standard output, which may be a terminal while the log goes to a file.
            text.ColorBehavior = Console.IsErrorRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
        });
    }

    /// <summary>Opens what a host would otherwise open when it is half started: the hold, which from here on ends with the container, and
    /// the database, so that one that cannot be used is said now. Telemetry comes before all that it tells of, and so ends after it.</summary>
    public static void Open(IServiceProvider services)
    {
        services.GetRequiredService<HomeLock>();
        services.GetRequiredService<Export>().Begin();
        services.GetRequiredService<IOperations>();
    }

    /// <summary>Waits until a started host is told to stop, and stops it within five seconds, come what may.</summary>
    public static async Task WaitForShutdownAsync(IHost host, CancellationToken cancellationToken)
    {
        using var stopped = new ManualResetEventSlim();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await using var stopping = lifetime.ApplicationStopping.Register(() => ExitUnless(stopped));
        try
        {
            await host.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Somebody had begun a request and never went on; the work of this home is handed back all the same.
        }
        finally
        {
            await DisposeAsync(host);
            stopped.Set();
        }
    }

    /// <summary>Stops a host: work that has not ended hands itself back and stays recorded.</summary>
    public static async Task EndAsync(IHost host)
    {
        try
        {
            await host.StopAsync(CancellationToken.None);
        }
        catch (Exception ended) when (ended is ObjectDisposedException or OperationCanceledException)
        {
            // Stopped and let go of already, or somebody had begun a request and never went on.
        }

        await DisposeAsync(host);
    }

    private static async ValueTask DisposeAsync(IHost host)
    {
        try
        {
            // While what the last figures are read from is still open.
            await host.Services.GetRequiredService<Export>().EndAsync();
        }
        catch (ObjectDisposedException)
        {
            // Let go of already.
        }

        await ((IAsyncDisposable)host).DisposeAsync();
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
}
