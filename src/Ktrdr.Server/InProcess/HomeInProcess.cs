using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Server;

/// <summary>A home in this process, asked by calling the code that answers over HTTP, without the wire in between.</summary>
public abstract class HomeInProcess : IKtrdrClient
{
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
    public async Task<IReadOnlyList<EventView>> HistoryAsync(string operationId, CancellationToken cancellationToken) =>
        Value<Many<EventView>>(await OperationEndpoints.HistoryAsync(operationId, Operations, cancellationToken)).Data;

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
    public abstract Task<AgentStatus> AgentStatusAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<CancelResponse> CancelCycleAsync(string? operationId, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<CancelResponse> CancelOperationAsync(string operationId, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<OperationView> WaitAsync(string operationId, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<TriggerResponse> TriggerAsync(
        Client.TriggerRequest request,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract Task<StartResponse> ResumeAsync(string operationId, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<StartResponse> RetryAsync(string operationId, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<StartResponse> TrainAsync(TrainingRequest request, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<StartResponse> BacktestAsync(BacktestRequest request, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<WorkerView>> WorkersAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<HealthView> LiveAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<bool> ReadyAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<ImportReportView> ImportAsync(
        ImportRequest request,
        Stream file,
        CancellationToken cancellationToken
    );

    private protected abstract IServiceProvider Services { get; }

    private protected IResearchDesk Desk => Service<IResearchDesk>();

    private protected IOperations Operations => Service<IOperations>();

    private protected TimeProvider Clock => Service<TimeProvider>();

    private protected T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>What an endpoint answered, or the refusal it answered with.</summary>
    private protected static T Value<T>(IResult result) =>
        result switch
        {
            INestedHttpResult nested => Value<T>(nested.Result),
            ProblemResult refused => throw refused.AsException(),
            IValueHttpResult<T> { Value: { } value } => value,
            _ => throw new InvalidOperationException($"An endpoint answered {result} where {typeof(T).Name} was due."),
        };
}
