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
public sealed class LocalHome : IKtrdrClient, IAsyncDisposable
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
            ? new LocalHolder(holder.ProcessId, holder.Url is { } url ? new Uri(url) : null)
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
    public async Task<AgentStatus> AgentStatusAsync(CancellationToken cancellationToken)
    {
        // Asked most of all, and answered by the records alone: no setting is read and no container built for it.
        using var records = new OperationsReader(DatabasePath);
        return AgentEndpoints.ViewOf(await ResearchStatus.ReadAsync(records.Operations, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<BudgetView> BudgetAsync(CancellationToken cancellationToken) =>
        Value<BudgetView>(await SpendingEndpoints.BudgetAsync(Desk, cancellationToken));

    /// <inheritdoc/>
    public async Task<EstimateView> EstimateAsync(Client.TriggerRequest request, CancellationToken cancellationToken) =>
        Value<EstimateView>(
            await SpendingEndpoints.EstimateAsync(request, Desk, Service<ResearchOptions>(), cancellationToken)
        );

    /// <inheritdoc/>
    public async Task<Many<CallView>> CallsAsync(CallFilter filter, CancellationToken cancellationToken) =>
        Value<Many<CallView>>(
            await SpendingEndpoints.CallsAsync(
                filter.Day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                filter.Cycle,
                Desk,
                cancellationToken
            )
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelView>> ModelsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Value<Many<ModelView>>(SpendingEndpoints.Models(Desk)).Data);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExchangeView>> ExchangesAsync(
        string operationId,
        CancellationToken cancellationToken
    ) => Value<Many<ExchangeView>>(await Exchanges.ListAsync(operationId, Operations, cancellationToken)).Data;

    /// <inheritdoc/>
    public async Task<Many<OperationView>> ListOperationsAsync(
        OperationFilter filter,
        CancellationToken cancellationToken
    ) =>
        Value<Many<OperationView>>(
            await OperationEndpoints.ListAsync(
                filter.Type,
                operationType: null,
                filter.Status,
                filter.Limit.ToString(),
                filter.Offset.ToString(),
                Operations,
                Clock,
                cancellationToken
            )
        );

    /// <inheritdoc/>
    public async Task<OperationView> GetOperationAsync(string operationId, CancellationToken cancellationToken) =>
        Value<One<OperationView>>(
            await OperationEndpoints.FindAsync(operationId, Operations, Clock, cancellationToken)
        ).Data;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OperationView>> ChildrenAsync(
        string operationId,
        CancellationToken cancellationToken
    ) =>
        Value<Many<OperationView>>(
            await OperationEndpoints.ChildrenAsync(operationId, Operations, Clock, cancellationToken)
        ).Data;

    /// <inheritdoc/>
    public async Task<CancelResponse> CancelCycleAsync(string? operationId, CancellationToken cancellationToken) =>
        operationId is not null ? await CancelOperationAsync(operationId, cancellationToken)
        : await AgentStatusAsync(cancellationToken) is ActiveAgent active
            ? await CancelOperationAsync(active.OperationId, cancellationToken)
        : throw AgentEndpoints.NoActiveCycle.AsException();

    /// <inheritdoc/>
    public async Task<CancelResponse> CancelOperationAsync(string operationId, CancellationToken cancellationToken) =>
        await Operations.FindAsync(operationId, cancellationToken) switch
        {
            null => throw ProblemResult.UnknownOperation(operationId).AsException(),
            { IsTerminal: true } ended => throw ProblemResult.Finished(ended).AsException(),
            _ => throw NeedsServer("cancel an operation"),
        };

    /// <inheritdoc/>
    public async IAsyncEnumerable<EventView> WatchAsync(
        string operationId,
        long after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await GetOperationAsync(operationId, cancellationToken);
        await foreach (var line in Operations.WatchAsync(operationId, after, cancellationToken))
        {
            yield return OperationViews.Of(line);
        }
    }

    /// <inheritdoc/>
    public async Task<OperationView> WaitAsync(string operationId, CancellationToken cancellationToken)
    {
        var operation = await GetOperationAsync(operationId, cancellationToken);
        return operation.IsTerminal ? operation : throw NeedsServer("end an operation");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DatasetView>> DatasetsAsync(CancellationToken cancellationToken) =>
        Value<Many<DatasetView>>(await DatasetEndpoints.ListAsync(Service<IBarSource>(), cancellationToken)).Data;

    /// <inheritdoc/>
    public async Task<DatasetReportView> DatasetAsync(
        string symbol,
        string timeframe,
        CancellationToken cancellationToken
    ) =>
        Value<One<DatasetReportView>>(
            await DatasetEndpoints.ShowAsync(symbol, timeframe, Service<Archive.Datasets>(), cancellationToken)
        ).Data;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StrategyView>> StrategiesAsync(CancellationToken cancellationToken) =>
        Value<Many<StrategyView>>(
            await StrategyEndpoints.ListAsync(Service<StrategyRecords>(), cancellationToken)
        ).Data;

    /// <inheritdoc/>
    public async Task<StrategyView> StrategyAsync(string name, CancellationToken cancellationToken) =>
        Value<One<StrategyView>>(
            await StrategyEndpoints.ShowAsync(
                name,
                Service<StrategyRecords>(),
                Service<IStrategyShelf>(),
                cancellationToken
            )
        ).Data;

    /// <inheritdoc/>
    public async Task<ValidationView> ValidateStrategyAsync(string name, CancellationToken cancellationToken) =>
        Value<ValidationView>(await StrategyEndpoints.ValidateAsync(name, Service<StrategyShelf>(), cancellationToken));

    /// <inheritdoc/>
    public Task<ValidationView> ValidateTextAsync(string yaml, CancellationToken cancellationToken) =>
        Task.FromResult(StrategyEndpoints.Of(StrategyYaml.Check(System.Text.Encoding.UTF8.GetBytes(yaml))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<IndicatorView>> IndicatorsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(LocalIndicators.List());

    /// <inheritdoc/>
    public Task<TriggerResponse> TriggerAsync(Client.TriggerRequest request, CancellationToken cancellationToken) =>
        throw NeedsServer("start a cycle");

    /// <inheritdoc/>
    public Task<StartResponse> TrainAsync(TrainingRequest request, CancellationToken cancellationToken) =>
        throw NeedsServer("start a training");

    /// <inheritdoc/>
    public Task<StartResponse> BacktestAsync(BacktestRequest request, CancellationToken cancellationToken) =>
        throw NeedsServer("start a backtest");

    /// <inheritdoc/>
    public Task<ImportReportView> ImportAsync(
        ImportRequest request,
        Stream file,
        CancellationToken cancellationToken
    ) => throw NeedsServer("import an upload");

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerView>> WorkersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WorkerView>>([]);

    /// <inheritdoc/>
    public Task<HealthView> LiveAsync(CancellationToken cancellationToken) =>
        throw NeedsServer("answer for its health");

    /// <inheritdoc/>
    public Task<bool> ReadyAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.IsValueCreated ? _services.Value.DisposeAsync() : default;

    private string DatabasePath => Path.Combine(_folder.Root, "ktrdr.db");

    private ServiceProvider BuildServices()
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var services = new ServiceCollection();
        services.AddArchive(_folder.Root);
        services.AddOperationsReader(options => options.DatabasePath = DatabasePath);
        Settings.Explained(() => services.AddResearch(configuration).AddAgent(configuration));
        services.AddSingleton<StrategyRecords>();
        return services.BuildServiceProvider();
    }

    private IResearchDesk Desk => Service<IResearchDesk>();

    private IOperations Operations => Service<IOperations>();

    private TimeProvider Clock => Service<TimeProvider>();

    private T Service<T>()
        where T : notnull => _services.Value.GetRequiredService<T>();

    /// <summary>What an endpoint answered, or the refusal it answered with.</summary>
    private static T Value<T>(IResult result) =>
        result switch
        {
            INestedHttpResult nested => Value<T>(nested.Result),
            ProblemResult refused => throw refused.AsException(),
            IValueHttpResult<T> { Value: { } value } => value,
            _ => throw new InvalidOperationException($"An endpoint answered {result} where {typeof(T).Name} was due."),
        };

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
public sealed record LocalHolder(int ProcessId, Uri? Url);
