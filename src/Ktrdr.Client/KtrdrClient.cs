using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Ktrdr.Client;

/// <summary>Talks to a server over HTTP.</summary>
/// <param name="http">Carries the server's address as its base address, and no overall time-out: streams stay open.</param>
public sealed partial class KtrdrClient(HttpClient http) : IKtrdrClient, IDisposable
{
    internal const string Api = "api/v1/";

    /// <summary>Talks to the server at an address.</summary>
    public KtrdrClient(Uri server)
        : this(new HttpClient { BaseAddress = WithSlash(server), Timeout = Timeout.InfiniteTimeSpan }) { }

    /// <summary>The server's address.</summary>
    public Uri Server { get; } =
        http.BaseAddress
        ?? throw new ArgumentException("The HttpClient needs the server as its base address.", nameof(http));

    /// <inheritdoc/>
    public Task<TriggerResponse> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "agent/trigger",
            Json(request, ClientJson.Default.TriggerRequest),
            ClientJson.Default.TriggerResponse,
            cancellationToken,
            request.Key
        );

    /// <inheritdoc/>
    public Task<AgentStatus> AgentStatusAsync(CancellationToken cancellationToken) =>
        GetAsync(Api + "agent/status", ClientJson.Default.AgentStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<CancelResponse> CancelCycleAsync(string? operationId, CancellationToken cancellationToken) =>
        DeleteAsync(
            operationId is null ? Api + "agent/cancel" : Api + "agent/cancel/" + Segment(operationId),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<BudgetView> BudgetAsync(CancellationToken cancellationToken) =>
        GetAsync(Api + "agent/budget", ClientJson.Default.BudgetView, cancellationToken);

    /// <inheritdoc/>
    public Task<Many<OperationView>> ListOperationsAsync(OperationFilter filter, CancellationToken cancellationToken) =>
        GetAsync(
            Api
                + "operations"
                + Query(
                    ("type", filter.Type),
                    ("status", filter.Status),
                    ("limit", filter.Limit.ToString()),
                    ("offset", filter.Offset.ToString())
                ),
            ClientJson.Default.ManyOperationView,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<OperationView> GetOperationAsync(string operationId, CancellationToken cancellationToken) =>
        (
            await GetAsync(
                Api + "operations/" + Segment(operationId),
                ClientJson.Default.OneOperationView,
                cancellationToken
            )
        ).Data;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OperationView>> ChildrenAsync(
        string operationId,
        CancellationToken cancellationToken
    ) =>
        (
            await GetAsync(
                Api + "operations/" + Segment(operationId) + "/children",
                ClientJson.Default.ManyOperationView,
                cancellationToken
            )
        ).Data;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EventView>> HistoryAsync(string operationId, CancellationToken cancellationToken) =>
        (
            await GetAsync(
                Api + "operations/" + Segment(operationId) + "/history",
                ClientJson.Default.ManyEventView,
                cancellationToken
            )
        ).Data;

    /// <inheritdoc/>
    public Task<CancelResponse> CancelOperationAsync(string operationId, CancellationToken cancellationToken) =>
        DeleteAsync(Api + "operations/" + Segment(operationId), cancellationToken);

    /// <inheritdoc/>
    public Task<StartResponse> ResumeAsync(string operationId, CancellationToken cancellationToken) =>
        FollowUpAsync(operationId, "resume", cancellationToken);

    /// <inheritdoc/>
    public Task<StartResponse> RetryAsync(string operationId, CancellationToken cancellationToken) =>
        FollowUpAsync(operationId, "retry", cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<EventView> WatchAsync(
        string operationId,
        long after,
        CancellationToken cancellationToken
    ) => new EventStream(this, http, operationId).ReadAsync(after, cancellationToken);

    /// <inheritdoc/>
    public async Task<OperationView> WaitAsync(string operationId, CancellationToken cancellationToken)
    {
        await foreach (var _ in WatchAsync(operationId, 0, cancellationToken))
        {
            // Only the end matters.
        }

        return await GetOperationAsync(operationId, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DatasetView>> DatasetsAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Api + "datasets", ClientJson.Default.ManyDatasetView, cancellationToken)).Data;

    /// <inheritdoc/>
    public async Task<DatasetReportView> DatasetAsync(
        string symbol,
        string timeframe,
        CancellationToken cancellationToken
    ) =>
        (
            await GetAsync(
                Api + "datasets/" + Segment(symbol) + "/" + Segment(timeframe),
                ClientJson.Default.OneDatasetReportView,
                cancellationToken
            )
        ).Data;

    /// <inheritdoc/>
    public async Task<ImportReportView> ImportAsync(
        ImportRequest request,
        Stream file,
        CancellationToken cancellationToken
    )
    {
        var query = Query(
            ("name", request.Name),
            ("symbol", request.Symbol),
            ("timeframe", request.Timeframe),
            ("kind", request.Kind),
            ("timezone", request.Timezone)
        );
        var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return (
            await SendAsync(
                HttpMethod.Post,
                Api + "datasets" + query,
                content,
                ClientJson.Default.OneImportReportView,
                cancellationToken
            )
        ).Data;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StrategyView>> StrategiesAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Api + "strategies", ClientJson.Default.ManyStrategyView, cancellationToken)).Data;

    /// <inheritdoc/>
    public async Task<StrategyView> StrategyAsync(string name, CancellationToken cancellationToken) =>
        (
            await GetAsync(Api + "strategies/" + Segment(name), ClientJson.Default.OneStrategyView, cancellationToken)
        ).Data;

    /// <inheritdoc/>
    public Task<ValidationView> ValidateStrategyAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "strategies/" + Segment(name) + "/validate",
            null,
            ClientJson.Default.ValidationView,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<ValidationView> ValidateTextAsync(string yaml, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "strategies/validate",
            new StringContent(yaml, Encoding.UTF8, "application/yaml"),
            ClientJson.Default.ValidationView,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IndicatorView>> IndicatorsAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Api + "indicators", ClientJson.Default.ManyIndicatorView, cancellationToken)).Data;

    /// <inheritdoc/>
    public Task<StartResponse> TrainAsync(TrainingRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "trainings",
            Json(request, ClientJson.Default.TrainingRequest),
            ClientJson.Default.StartResponse,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<StartResponse> BacktestAsync(BacktestRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "backtests",
            Json(request, ClientJson.Default.BacktestRequest),
            ClientJson.Default.StartResponse,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WorkerView>> WorkersAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Api + "workers", ClientJson.Default.ManyWorkerView, cancellationToken)).Data;

    /// <inheritdoc/>
    public Task<HealthView> LiveAsync(CancellationToken cancellationToken) =>
        GetAsync("health/live", ClientJson.Default.HealthView, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await GetAsync("health/ready", ClientJson.Default.HealthView, cancellationToken);
            return true;
        }
        catch (KtrdrApiException refused) when (refused.Status == HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();
}
