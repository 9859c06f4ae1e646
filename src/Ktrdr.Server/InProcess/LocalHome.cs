using Ktrdr.Agent;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server;

/// <summary>A home without a server: its records, read in place by the same code that answers over HTTP.</summary>
/// <remarks>Nothing is started and nothing is written, so what would need either is refused.</remarks>
public sealed class LocalHome : HomeInProcess, IAsyncDisposable
{
    private readonly HomeFolder _folder;
    private readonly Lazy<ServiceProvider> _services;

    private LocalHome(HomeFolder folder)
    {
        _folder = folder;
        _services = new Lazy<ServiceProvider>(BuildServices);
    }

    /// <summary>Who holds a home, or null when nobody does.</summary>
    public static LocalHolder? Holder(string home) =>
        HomeLock.Read(home) is { } holder
            ? new LocalHolder(holder.ProcessId, holder.Url is { } url ? new Uri(url) : null, holder.IsWorker)
            : null;

    /// <summary>Opens the records of a home that no server works on. A home that is not there is an empty one.</summary>
    public static LocalHome OpenForReading(string home)
    {
        var folder = new HomeFolder(home);
        if (File.Exists(folder.Root))
        {
            throw new IOException($"The home {folder.Root} is a file. Name a folder with --home or KTRDR_HOME.");
        }

        return new LocalHome(folder);
    }

    /// <summary>Reads a file of bars into a home that no server works on; the home is held meanwhile.</summary>
    /// <exception cref="HomeHeldException">Another process holds the home.</exception>
    /// <exception cref="KtrdrApiException">The file or what was said about it cannot be used.</exception>
    public static async Task<ImportReportView> ImportAsync(
        string home,
        ImportRequest request,
        string file,
        CancellationToken cancellationToken
    )
    {
        var folder = new HomeFolder(home);
        using var hold =
            HomeLock.TryAcquire(folder.Root, new HomeHolder(Environment.ProcessId, null))
            ?? throw new HomeHeldException(folder.Root, HomeLock.Read(folder.Root));
        return Value<One<ImportReportView>>(
            await DatasetEndpoints.ImportFileAsync(
                file,
                request.Symbol,
                request.Timeframe,
                request.Kind,
                request.Timezone,
                new Archive.Datasets(folder),
                cancellationToken
            )
        ).Data;
    }

    /// <inheritdoc/>
    public override async Task<AgentStatus> AgentStatusAsync(CancellationToken cancellationToken)
    {
        // Asked most of all, and answered by the records alone: no setting is read and no container built for it.
        using var records = Settings.Explained(() => new OperationsReader(PlaceRecords));
        return AgentEndpoints.ViewOf(await ResearchStatus.ReadAsync(records.Operations, cancellationToken));
    }

    /// <inheritdoc/>
    public override async Task<CancelResponse> CancelCycleAsync(
        string? operationId,
        CancellationToken cancellationToken
    ) =>
        operationId is not null
            ? await CancelOperationAsync(operationId, cancellationToken)
            : await AgentStatusAsync(cancellationToken) switch
            {
                ActiveAgent { ActiveCycles: { } several } => throw AgentEndpoints
                    .SeveralActiveCycles(several.Select(live => live.OperationId))
                    .AsException(),
                ActiveAgent only => await CancelOperationAsync(only.OperationId, cancellationToken),
                _ => throw AgentEndpoints.NoActiveCycle.AsException(),
            };

    /// <inheritdoc/>
    public override async Task<CancelResponse> CancelOperationAsync(
        string operationId,
        CancellationToken cancellationToken
    ) =>
        await Operations.FindAsync(operationId, cancellationToken) switch
        {
            null => throw ProblemResult.UnknownOperation(operationId).AsException(),
            { IsTerminal: true } ended => throw ProblemResult.Finished(ended).AsException(),
            _ => throw NeedsServer("cancel an operation"),
        };

    /// <inheritdoc/>
    public override async Task<OperationView> WaitAsync(string operationId, CancellationToken cancellationToken)
    {
        var operation = await GetOperationAsync(operationId, cancellationToken);
        return operation.IsTerminal ? operation : throw NeedsServer("end an operation");
    }

    /// <inheritdoc/>
    public override Task<TriggerResponse> TriggerAsync(
        Client.TriggerRequest request,
        CancellationToken cancellationToken
    ) => throw NeedsServer("start a cycle");

    /// <inheritdoc/>
    public override Task<StartResponse> ResumeAsync(string operationId, CancellationToken cancellationToken) =>
        throw NeedsServer("resume an operation");

    /// <inheritdoc/>
    public override Task<StartResponse> RetryAsync(string operationId, CancellationToken cancellationToken) =>
        throw NeedsServer("retry an operation");

    /// <inheritdoc/>
    public override Task<StartResponse> TrainAsync(TrainingRequest request, CancellationToken cancellationToken) =>
        throw NeedsServer("start a training");

    /// <inheritdoc/>
    public override Task<StartResponse> BacktestAsync(BacktestRequest request, CancellationToken cancellationToken) =>
        throw NeedsServer("start a backtest");

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<WorkerView>> WorkersAsync(CancellationToken cancellationToken) =>
        Value<Many<WorkerView>>(await WorkerEndpoints.ListAsync(Operations, cancellationToken)).Data;

    /// <inheritdoc/>
    public override Task<HealthView> LiveAsync(CancellationToken cancellationToken) =>
        throw NeedsServer("answer for its health");

    /// <inheritdoc/>
    public override Task<bool> ReadyAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public override Task<ImportReportView> ImportAsync(
        ImportRequest request,
        Stream file,
        CancellationToken cancellationToken
    ) => throw NeedsServer("import an upload");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.IsValueCreated ? _services.Value.DisposeAsync() : default;

    private void PlaceRecords(OperationsOptions options) =>
        OperationsSettings.PlaceRecords(
            options,
            _folder,
            Environment.GetEnvironmentVariable(OperationsSettings.Database)
        );

    private ServiceProvider BuildServices()
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var services = new ServiceCollection();
        services.AddArchive(_folder.Root);
        Settings.Explained(() =>
            services.AddOperationsReader(PlaceRecords).AddResearch(configuration).AddAgent(configuration)
        );
        services.AddSingleton<StrategyRecords>();
        return services.BuildServiceProvider();
    }

    private protected override IServiceProvider Services => _services.Value;

    private static KtrdrApiException NeedsServer(string what) =>
        ProblemResult
            .Of(
                System.Net.HttpStatusCode.Conflict,
                "no_server",
                $"It takes a server to {what}, and none runs for this home.",
                "Start one with 'ktrdr serve'."
            )
            .AsException();
}

/// <summary>Who holds a home.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Url">Where it answers, or null while it serves nobody.</param>
/// <param name="IsWorker">Whether it works for servers elsewhere, and never will serve anybody itself.</param>
public sealed record LocalHolder(int ProcessId, Uri? Url, bool IsWorker);
