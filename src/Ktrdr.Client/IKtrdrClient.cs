namespace Ktrdr.Client;

/// <summary>Everything a server offers, one method an endpoint.</summary>
/// <remarks>Every method throws <see cref="KtrdrApiException"/> when the server refuses and
/// <see cref="KtrdrUnreachableException"/> when none answers.</remarks>
public interface IKtrdrClient
{
    /// <summary>Starts a research cycle.</summary>
    Task<TriggerResponse> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken);

    /// <summary>Where research stands.</summary>
    Task<AgentStatus> AgentStatusAsync(CancellationToken cancellationToken);

    /// <summary>Asks a cycle to stop: the live one when no id is given.</summary>
    Task<CancelResponse> CancelCycleAsync(string? operationId, CancellationToken cancellationToken);

    /// <summary>What is spent on language models.</summary>
    Task<BudgetView> BudgetAsync(CancellationToken cancellationToken);

    /// <summary>What the cycle of a request would cost. Starts nothing and spends nothing.</summary>
    Task<EstimateView> EstimateAsync(TriggerRequest request, CancellationToken cancellationToken);

    /// <summary>Purchases from language models, newest first.</summary>
    Task<Many<CallView>> CallsAsync(CallFilter filter, CancellationToken cancellationToken);

    /// <summary>The language models and their prices, the configured one first.</summary>
    Task<IReadOnlyList<ModelView>> ModelsAsync(CancellationToken cancellationToken);

    /// <summary>What was said to and by language models below an operation, oldest first.</summary>
    Task<IReadOnlyList<ExchangeView>> ExchangesAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>Operations, newest first.</summary>
    Task<Many<OperationView>> ListOperationsAsync(OperationFilter filter, CancellationToken cancellationToken);

    /// <summary>One operation.</summary>
    Task<OperationView> GetOperationAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>The children of an operation, oldest first.</summary>
    Task<IReadOnlyList<OperationView>> ChildrenAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>What happened so far to an operation and to everything below it, without progress and facts; those of the
    /// operation first, each oldest first.</summary>
    Task<IReadOnlyList<EventView>> HistoryAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>Asks an operation and everything below it to stop.</summary>
    Task<CancelResponse> CancelOperationAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>Goes on where a failed or cancelled operation stopped, as a new one; nothing finished is repeated.</summary>
    Task<StartResponse> ResumeAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>Does the order of a failed or cancelled operation anew, with the same seed.</summary>
    Task<StartResponse> RetryAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>The history of an operation after an event number (0 for all), then what follows, until it has ended.</summary>
    IAsyncEnumerable<EventView> WatchAsync(string operationId, long after, CancellationToken cancellationToken);

    /// <summary>Waits until an operation has ended.</summary>
    Task<OperationView> WaitAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>The datasets on hand.</summary>
    Task<IReadOnlyList<DatasetView>> DatasetsAsync(CancellationToken cancellationToken);

    /// <summary>Everything about one dataset.</summary>
    Task<DatasetReportView> DatasetAsync(string symbol, string timeframe, CancellationToken cancellationToken);

    /// <summary>Hands the server a file of bars.</summary>
    Task<ImportReportView> ImportAsync(ImportRequest request, Stream file, CancellationToken cancellationToken);

    /// <summary>The strategies of the home.</summary>
    Task<IReadOnlyList<StrategyView>> StrategiesAsync(CancellationToken cancellationToken);

    /// <summary>One strategy, with its text and what became of it.</summary>
    Task<StrategyView> StrategyAsync(string name, CancellationToken cancellationToken);

    /// <summary>Checks a strategy of the home.</summary>
    Task<ValidationView> ValidateStrategyAsync(string name, CancellationToken cancellationToken);

    /// <summary>Checks the text of a strategy.</summary>
    Task<ValidationView> ValidateTextAsync(string yaml, CancellationToken cancellationToken);

    /// <summary>The catalogue of indicators.</summary>
    Task<IReadOnlyList<IndicatorView>> IndicatorsAsync(CancellationToken cancellationToken);

    /// <summary>Trains one strategy by hand.</summary>
    Task<StartResponse> TrainAsync(TrainingRequest request, CancellationToken cancellationToken);

    /// <summary>Backtests one strategy by hand.</summary>
    Task<StartResponse> BacktestAsync(BacktestRequest request, CancellationToken cancellationToken);

    /// <summary>The processes that do work.</summary>
    Task<IReadOnlyList<WorkerView>> WorkersAsync(CancellationToken cancellationToken);

    /// <summary>Who answers at the address.</summary>
    Task<HealthView> LiveAsync(CancellationToken cancellationToken);

    /// <summary>Whether the server takes work; false while it is starting.</summary>
    Task<bool> ReadyAsync(CancellationToken cancellationToken);
}
