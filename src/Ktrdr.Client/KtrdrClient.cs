using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
            cancellationToken
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

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, shape, cancellationToken);

    private Task<StartResponse> FollowUpAsync(string id, string how, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "operations/" + Segment(id) + "/" + how,
            null,
            ClientJson.Default.StartResponse,
            cancellationToken
        );

    private Task<CancelResponse> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, ClientJson.Default.CancelResponse, cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? content,
        JsonTypeInfo<T> shape,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            await ThrowIfRefusedAsync(response, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, shape, cancellationToken)
                ?? throw new JsonException("the answer was empty");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new KtrdrUnreachableException(Server, failure);
        }
        catch (JsonException failure)
        {
            throw new KtrdrApiException(
                new ProblemView
                {
                    Status = (int)HttpStatusCode.BadGateway,
                    Code = "not_understood",
                    Detail = $"{Server} answered {path} with something else than was asked for: {failure.Message}",
                    Next =
                        "Check that client and server are of the same version, and that the address is a ktrdr server's.",
                },
                HttpStatusCode.BadGateway
            );
        }
    }

    internal static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        throw new KtrdrApiException(ReadProblem(body, response), response.StatusCode);
    }

    private static ProblemView ReadProblem(byte[] body, HttpResponseMessage response)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, ClientJson.Default.ProblemView) is { Status: > 0 } problem)
            {
                return problem;
            }
        }
        catch (JsonException)
        {
            // Something between us and the server answered in its own words; its status is all there is to tell.
        }

        return new ProblemView
        {
            Status = (int)response.StatusCode,
            Title = response.ReasonPhrase,
            Detail = $"The server answered {(int)response.StatusCode} {response.ReasonPhrase} without saying why.",
        };
    }

    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> shape)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, shape));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // Nothing, one dot and two would be steps in the path and lead elsewhere; behind a space they are a name like any other.
    internal static string Segment(string text) => Uri.EscapeDataString(text is "" or "." or ".." ? " " + text : text);

    private static string Query(params ReadOnlySpan<(string Key, string? Value)> pairs)
    {
        var query = new StringBuilder();
        foreach (var (key, value) in pairs)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static Uri WithSlash(Uri server) =>
        server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");
}
