using System.Diagnostics;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Research;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Server;

/// <summary>The home that this process serves: whoever hosts the server need not call it over the network.</summary>
/// <param name="services">The server's own.</param>
internal sealed class HostedHome(IServiceProvider services) : HomeInProcess
{
    /// <inheritdoc/>
    public override Task<TriggerResponse> TriggerAsync(
        Client.TriggerRequest request,
        CancellationToken cancellationToken
    ) =>
        AskAsync<TriggerResponse>(
            "trigger",
            async () => await AgentEndpoints.StartAsync(request, key: null, Desk, cancellationToken)
        );

    /// <inheritdoc/>
    public override Task<StartResponse> ResumeAsync(string operationId, CancellationToken cancellationToken) =>
        StartAsync("resume", () => FollowUpEndpoints.ResumeAsync(operationId, Desk, Clock, cancellationToken));

    /// <inheritdoc/>
    public override Task<StartResponse> RetryAsync(string operationId, CancellationToken cancellationToken) =>
        StartAsync("retry", () => FollowUpEndpoints.RetryAsync(operationId, Desk, Clock, cancellationToken));

    /// <inheritdoc/>
    public override Task<StartResponse> TrainAsync(TrainingRequest request, CancellationToken cancellationToken) =>
        StartAsync("train", () => ByHandEndpoints.StartAsync(request, Desk, Clock, cancellationToken));

    /// <inheritdoc/>
    public override Task<StartResponse> BacktestAsync(BacktestRequest request, CancellationToken cancellationToken) =>
        StartAsync("backtest", () => ByHandEndpoints.StartAsync(request, Desk, Clock, cancellationToken));

    /// <inheritdoc/>
    public override Task<AgentStatus> AgentStatusAsync(CancellationToken cancellationToken) =>
        AskAsync<AgentStatus>("status", async () => await AgentEndpoints.StatusAsync(Desk, cancellationToken));

    /// <inheritdoc/>
    public override Task<CancelResponse> CancelCycleAsync(string? operationId, CancellationToken cancellationToken) =>
        operationId is not null
            ? CancelOperationAsync(operationId, cancellationToken)
            : AskAsync<CancelResponse>(
                "cancel",
                async () => await AgentEndpoints.CancelLiveAsync(Desk, Operations, cancellationToken)
            );

    /// <inheritdoc/>
    public override Task<CancelResponse> CancelOperationAsync(
        string operationId,
        CancellationToken cancellationToken
    ) =>
        AskAsync<CancelResponse>(
            "cancel",
            async () => await OperationEndpoints.StopAsync(operationId, Operations, cancellationToken)
        );

    /// <inheritdoc/>
    public override async Task<OperationView> WaitAsync(string operationId, CancellationToken cancellationToken)
    {
        await GetOperationAsync(operationId, cancellationToken); // an unknown one is refused
        await Operations.WaitAsync(operationId, cancellationToken);
        return await GetOperationAsync(operationId, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ImportReportView> ImportAsync(
        ImportRequest request,
        Stream file,
        CancellationToken cancellationToken
    )
    {
        using var upload = await Upload.ReceiveAsync(file, request.Name, Service<HomeFolder>(), cancellationToken);
        var imported = await AskAsync<One<ImportReportView>>(
            "import",
            async () =>
                await DatasetEndpoints.ImportFileAsync(
                    upload.Path,
                    request.Symbol,
                    request.Timeframe,
                    request.Kind,
                    request.Timezone,
                    Service<Archive.Datasets>(),
                    cancellationToken
                )
        );
        return imported.Data;
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<WorkerView>> WorkersAsync(CancellationToken cancellationToken) =>
        Value<Many<WorkerView>>(await WorkerEndpoints.ListAsync(Operations, cancellationToken)).Data;

    /// <inheritdoc/>
    public override Task<HealthView> LiveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Value<HealthView>(HealthEndpoints.Live(Service<ServerOptions>())));

    /// <inheritdoc/>
    public override Task<bool> ReadyAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    private protected override IServiceProvider Services => services;

    private Task<StartResponse> StartAsync(
        string what,
        Func<Task<Results<Accepted<StartResponse>, ProblemResult>>> start
    ) => AskAsync<StartResponse>(what, async () => await start());

    // What fails is told with a trace id and logged under it, as over HTTP.
    private async Task<T> AskAsync<T>(string what, Func<Task<IResult>> ask)
    {
        using var activity = new Activity($"ktrdr.{what}").Start();
        try
        {
            return Value<T>(await ask());
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or KtrdrApiException))
        {
            if (!Failures.IsForeseen(failure))
            {
                Service<ILogger<HostedHome>>().Failed(what, failure);
            }

            throw Failures.Of(failure).AsException();
        }
    }
}

internal static partial class HostedHomeLog
{
    [LoggerMessage(301, LogLevel.Error, "The server failed at this request: {What}", EventName = "request_failed")]
    public static partial void Failed(this ILogger logger, string what, Exception failure);
}
