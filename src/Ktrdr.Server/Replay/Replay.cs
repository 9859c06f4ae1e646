using System.Net;
using Ktrdr.Agent;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Server;

/// <summary>Runs a finished cycle again from its record, in a home of its own, and holds the outcome against the original.</summary>
/// <remarks>The original home is only read, so a server may work on it meanwhile. Bars come from it; the brief, the exchanges
/// with a language model and the names come from the record; everything else is made anew. There is no key and no setting of
/// this environment, so nothing can be bought.</remarks>
public static class Replay
{
    /// <summary>Replays one cycle.</summary>
    /// <param name="home">The home that has its record.</param>
    /// <param name="operationId">The cycle.</param>
    /// <param name="keep">A folder to work in and leave behind, which must be empty or not there; null for one that is removed.</param>
    /// <param name="cancellationToken">Stops; the folder is removed unless it was to be kept.</param>
    /// <exception cref="KtrdrApiException">There is nothing to replay, or nowhere to do it; the message says why.</exception>
    public static async Task<ReplayView> RunAsync(
        string home,
        string operationId,
        string? keep,
        CancellationToken cancellationToken
    )
    {
        var root = new HomeFolder(home).Root;
        await using var records = Records(root);
        var operations = records.GetRequiredService<IOperations>();
        var original = Replayable(operationId, await operations.FindAsync(operationId, cancellationToken));
        var run = await RecordedRun.ReadAsync(original, operations, cancellationToken);
        var folder = keep is null ? Directory.CreateTempSubdirectory("ktrdr-replay-").FullName : Empty(keep, root);
        try
        {
            using var host = Host(root, folder, run);
            var again = await AgainAsync(host, run, records.GetRequiredService<IStrategyShelf>(), cancellationToken);
            var comparison = new ReplayComparison(new HomeFolder(root), new HomeFolder(folder));
            var view = await comparison.OfAsync(run, again, cancellationToken);
            return view with { KeptAt = keep is null ? null : folder };
        }
        finally
        {
            if (keep is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static ServiceProvider Records(string home)
    {
        var services = new ServiceCollection();
        services.AddArchive(home);
        services.AddOperationsReader(options =>
            OperationsSettings.PlaceRecords(
                options,
                new HomeFolder(home),
                Environment.GetEnvironmentVariable(OperationsSettings.Database)
            )
        );
        services.AddResearch(NoSettings);
        return services.BuildServiceProvider();
    }

    private static Operation Replayable(string id, Operation? operation) =>
        operation switch
        {
            null => throw ProblemResult.UnknownOperation(id).AsException(),
            { Type: not OperationTypes.Cycle } => throw Refuse(
                "not_a_cycle",
                $"{id} is of type {operation.Type}, and only whole cycles are replayed.",
                operation.RootId == operation.Id
                    ? "'ktrdr operations list --type agent_research' shows the cycles."
                    : $"Replay its cycle: ktrdr operations replay {operation.RootId}"
            ),
            { IsTerminal: false } => throw Refuse(
                "operation_live",
                $"{id} has not ended, so there is nothing to compare with yet.",
                $"Wait for it: ktrdr operations wait {id}"
            ),
            { Status: OperationStatus.Cancelled } => throw Refuse(
                "operation_cancelled",
                $"{id} was cancelled, so it came to no end that could come out again.",
                "Replay a cycle that completed or failed."
            ),
            _ when RecordedRun.OrderOf(operation).Provider == Providers.Scripted => throw Refuse(
                "nothing_to_replay",
                $"{id} is of the provider scripted: its figures were written beforehand, and nothing was computed.",
                "Replay a cycle of the built-in designer or of a language model."
            ),
            _ => operation,
        };

    private static IHost Host(string home, string folder, RecordedRun run)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        var services = builder.Services;
        services.AddArchive(folder);
        // Bars are read where they are; the sample is there too if the cycle used it.
        services.AddSingleton<IBarSource>(new Datasets(new HomeFolder(home)));
        services.AddOperations(options =>
        {
            options.DatabasePath = Path.Combine(folder, "ktrdr.db");
            options.Replay = run;
        });
        services.AddResearch(NoSettings);
        services.AddSingleton(run.TrainingGate);
        services.AddSingleton(run.BacktestGate);
        services.AddAgent(Unbounded);
        var own = services.Last(service => service.ServiceType == typeof(IOperations));
        services.Remove(own);
        services.AddSingleton<IOperations>(provider => new OperationsOfThen(
            (IOperations)ActivatorUtilities.CreateInstance(provider, own.ImplementationType!),
            run.Earlier
        ));
        return builder.Build();
    }

    private static async Task<RecordedRun> AgainAsync(
        IHost host,
        RecordedRun run,
        IStrategyShelf shelf,
        CancellationToken cancellationToken
    )
    {
        if (run.Order.Strategy is { } named && run.StrategyIdentity is { } identity)
        {
            // The file may have been edited since; what the cycle tried is on the shelf.
            var strategies = host.Services.GetRequiredService<IStrategyShelf>();
            var strategy = await shelf.GetAsync(identity, cancellationToken);
            await strategies.PublishAsync(
                await strategies.PutAsync(strategy, cancellationToken),
                named,
                cancellationToken
            );
        }

        var operations = host.Services.GetRequiredService<IOperations>();
        await host.StartAsync(cancellationToken);
        try
        {
            var started = await operations.StartAsync(
                new StartRequest<CycleOrder>
                {
                    Type = OperationTypes.Cycle,
                    Order = run.Order,
                    Seed = run.Order.Seed,
                },
                cancellationToken
            );
            var ended = await operations.WaitAsync(((StartResult.Started)started).Operation.Id, cancellationToken);
            return await RecordedRun.ReadAsync(ended, operations, cancellationToken);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    // How far a conversation may go was the original's to decide, whose record ends it; it may have been allowed more than usual.
    private static IConfiguration Unbounded =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["AGENT_MAX_ITERATIONS"] = "1000",
                    ["AGENT_MAX_INPUT_TOKENS"] = "1000000000",
                }
            )
            .Build();

    private static IConfiguration NoSettings => new ConfigurationBuilder().Build();

    private static string Empty(string folder, string home)
    {
        var full = Path.GetFullPath(folder);
        if (
            full == home
            || full.StartsWith(home + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || File.Exists(full)
            || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        )
        {
            throw Refuse(
                "folder_not_empty",
                $"{full} is not an empty folder outside the home, and a replay needs a home of its own.",
                "Name a folder that is empty or not there yet, and not in the home."
            );
        }

        Directory.CreateDirectory(full);
        return full;
    }

    private static KtrdrApiException Refuse(string code, string detail, string next) =>
        ProblemResult.Of(HttpStatusCode.Conflict, code, detail, next).AsException();
}
