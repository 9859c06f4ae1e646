using Ktrdr.Client;
using Ktrdr.Core;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>Trainings and backtests of one strategy, asked for by hand.</summary>
internal static class ByHandEndpoints
{
    public static void MapTrainings(this IEndpointRouteBuilder api)
    {
        var trainings = api.MapGroup("/trainings").WithTags("trainings");
        trainings.MapListOf(OperationTypes.Training);
        trainings
            .MapPost("", TrainAsync)
            .Accepts<TrainingRequest>("application/json")
            .WithSummary("Trains one strategy.");
    }

    public static void MapBacktests(this IEndpointRouteBuilder api)
    {
        var backtests = api.MapGroup("/backtests").WithTags("backtests");
        backtests.MapListOf(OperationTypes.Backtest);
        backtests
            .MapPost("", BacktestAsync)
            .Accepts<BacktestRequest>("application/json")
            .WithSummary("Backtests one strategy on the selection window.");
    }

    private static async Task<Results<Accepted<StartResponse>, ProblemResult>> TrainAsync(
        HttpRequest request,
        IResearchDesk desk,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (body, problem) = await JsonBody.ReadAsync(request, ClientJson.Default.TrainingRequest, cancellationToken);
        return body is null ? problem! : await StartAsync(body, desk, clock, cancellationToken);
    }

    /// <summary>Starts a training, whoever asks.</summary>
    public static async Task<Results<Accepted<StartResponse>, ProblemResult>> StartAsync(
        TrainingRequest body,
        IResearchDesk desk,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (body.Strategy is not { } strategy)
        {
            return NoStrategy();
        }

        var outcome = await desk.TrainAsync(strategy, body.Seed, body.StartDate, body.EndDate, cancellationToken);
        return Answer(outcome, clock);
    }

    private static async Task<Results<Accepted<StartResponse>, ProblemResult>> BacktestAsync(
        HttpRequest request,
        IResearchDesk desk,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (body, problem) = await JsonBody.ReadAsync(request, ClientJson.Default.BacktestRequest, cancellationToken);
        return body is null ? problem! : await StartAsync(body, desk, clock, cancellationToken);
    }

    /// <summary>Starts a backtest, whoever asks.</summary>
    public static async Task<Results<Accepted<StartResponse>, ProblemResult>> StartAsync(
        BacktestRequest body,
        IResearchDesk desk,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (body.Strategy is not { } strategy)
        {
            return NoStrategy();
        }

        if (
            body.Costs is { } asked
            && !(asked is { Spread: null or (>= 0 and < 1), Commission: >= 0 and < 1, Slippage: >= 0 and < 1 })
        )
        {
            return ProblemResult.Unprocessable(
                "invalid_request",
                $"Costs are fractions of the price in [0, 1); these are spread {asked.Spread}, commission {asked.Commission}, slippage {asked.Slippage}.",
                "A basis point is 0.0001."
            );
        }

        var outcome = await desk.BacktestAsync(
            strategy,
            body.ModelPath,
            body.InitialCapital,
            body.Costs is { } costs
                ? new Costs(costs.Spread is null, costs.Spread ?? 0, costs.Commission, costs.Slippage)
                : null,
            body.StartDate,
            body.EndDate,
            cancellationToken
        );
        return Answer(outcome, clock);
    }

    /// <summary>What came of a start, whatever was started.</summary>
    public static Results<Accepted<StartResponse>, ProblemResult> Answer(StartOutcome outcome, TimeProvider clock) =>
        outcome switch
        {
            StartOutcome.Started(var operation, var message) => TypedResults.Accepted(
                $"/api/v1/operations/{operation.Id}",
                new StartResponse
                {
                    Success = true,
                    OperationId = operation.Id,
                    Message = message,
                    Data = OperationViews.Of(operation, clock),
                }
            ),
            StartOutcome.Refused(var refusal) => ProblemResult.Of(refusal),
            _ => throw new InvalidOperationException($"A start cannot come to {outcome}."),
        };

    private static ProblemResult NoStrategy() =>
        ProblemResult.Unprocessable(
            "invalid_request",
            "The body names no strategy.",
            "Send {\"strategy\": \"NAME\"}; GET /api/v1/strategies lists them."
        );
}
