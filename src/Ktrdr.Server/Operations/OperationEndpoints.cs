using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>Everything that runs or ran.</summary>
internal static class OperationEndpoints
{
    private static readonly string[] s_paging = ["status", "limit", "offset"];

    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        var operations = api.MapGroup("/operations").WithTags("operations");
        operations
            .MapGet("", ListAsync)
            .WithQuery(["type", "operation_type", .. s_paging])
            .WithSummary("Operations, newest first; 10 unless a limit says otherwise.");
        operations
            .MapGet("/{id}", FindAsync)
            .WithTag(
                ClientJson.Default.OneOperationView,
                one => one with { Data = one.Data with { DurationSeconds = null } }
            )
            .WithSummary("One operation; 304 while nothing has happened to it since the ETag in If-None-Match.");
        operations.MapGet("/{id}/children", ChildrenAsync).WithSummary("The children of an operation, oldest first.");
        operations
            .MapGet("/{id}/exchanges", Exchanges.ListAsync)
            .WithSummary("What was said to and by language models below an operation, oldest first.");
        operations
            .MapGet("/{id}/history", HistoryAsync)
            .WithSummary(
                "What happened so far to an operation and to everything below it, without progress and facts; each oldest first."
            );
        operations
            .MapGet("/{id}/events", WatchAsync)
            .WithQuery("after")
            .WithSummary("The history of an operation as server-sent events, until it has ended.");
        operations.MapDelete("/{id}", CancelAsync).WithSummary("Asks an operation and everything below it to stop.");
    }

    /// <summary>Adds a list of the operations of one type under a name of its own.</summary>
    public static void MapListOf(this IEndpointRouteBuilder group, string type) =>
        group
            .MapGet(
                "",
                (
                    string? status,
                    string? limit,
                    string? offset,
                    IOperations operations,
                    TimeProvider clock,
                    CancellationToken cancellationToken
                ) => ListAsync(type, null, status, limit, offset, operations, clock, cancellationToken)
            )
            .WithQuery(s_paging)
            .WithSummary($"Operations of type {type}, newest first.");

    public static async Task<Results<Ok<Many<OperationView>>, ProblemResult>> ListAsync(
        string? type,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "operation_type")] string? operationType,
        string? status,
        string? limit,
        string? offset,
        IOperations operations,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (type is not null && operationType is not null)
        {
            return ProblemResult.Invalid(
                "invalid_value",
                "The query has type and operation_type, which are two names of one key.",
                "Give one of them."
            );
        }

        var (query, problem) = OperationQueries.Read(type ?? operationType, status, limit, offset);
        if (query is null)
        {
            return problem!;
        }

        var page = await operations.ListAsync(query, cancellationToken);
        return TypedResults.Ok(
            new Many<OperationView>
            {
                Success = true,
                Data = [.. page.Operations.Select(operation => OperationViews.Of(operation, clock))],
                TotalCount = page.Total,
                ActiveCount = page.Active,
            }
        );
    }

    public static async Task<Results<Ok<One<OperationView>>, ProblemResult>> FindAsync(
        string id,
        IOperations operations,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        await operations.FindAsync(id, cancellationToken) is { } operation
            ? TypedResults.Ok(new One<OperationView> { Success = true, Data = OperationViews.Of(operation, clock) })
            : ProblemResult.UnknownOperation(id);

    public static async Task<Results<Ok<Many<OperationView>>, ProblemResult>> ChildrenAsync(
        string id,
        IOperations operations,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await operations.FindAsync(id, cancellationToken) is null)
        {
            return ProblemResult.UnknownOperation(id);
        }

        var children = await operations.ChildrenAsync(id, cancellationToken);
        return TypedResults.Ok(
            new Many<OperationView>
            {
                Success = true,
                Data = [.. children.Select(child => OperationViews.Of(child, clock))],
                TotalCount = children.Count,
                ActiveCount = children.Count(child => !child.IsTerminal),
            }
        );
    }

    public static async Task<Results<Ok<Many<EventView>>, ProblemResult>> HistoryAsync(
        string id,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var history = await operations.HistoryAsync(id, cancellationToken);
        return history.Count == 0
            ? ProblemResult.UnknownOperation(id)
            : TypedResults.Ok(
                new Many<EventView>
                {
                    Success = true,
                    Data = [.. history.Select(line => OperationViews.Of(line))],
                    TotalCount = history.Count,
                    ActiveCount = 0,
                }
            );
    }

    private static async Task<Results<EventStream, ProblemResult>> WatchAsync(
        string id,
        string? after,
        HttpRequest request,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        // A browser repeats the address it was given and adds what it saw last, so the later of the two counts.
        var last = request.Headers["Last-Event-ID"].ToString();
        if (!TryNumber(after, out var asked) || !TryNumber(last, out var seen))
        {
            return ProblemResult.Invalid(
                "invalid_value",
                $"'{(TryNumber(after, out _) ? last : after)}' is not an event number.",
                "Use 0 for the whole history, or the id of the last event you saw."
            );
        }

        return await operations.FindAsync(id, cancellationToken) is null
            ? ProblemResult.UnknownOperation(id)
            : new EventStream(id, Math.Max(asked, seen));
    }

    private static async Task<Results<Ok<CancelResponse>, ProblemResult>> CancelAsync(
        string id,
        IOperations operations,
        CancellationToken cancellationToken
    ) => await StopAsync(id, operations, cancellationToken);

    /// <summary>The one way to stop anything, whichever path it was asked on.</summary>
    public static async Task<Results<Ok<CancelResponse>, ProblemResult>> StopAsync(
        string id,
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var cancelled = await operations.CancelAsync(id, reason: null, cancellationToken);
        return cancelled.Outcome switch
        {
            CancelOutcome.Requested => TypedResults.Ok(OperationViews.Of(cancelled)),
            CancelOutcome.Finished => ProblemResult.Finished(cancelled.Operation!),
            _ => ProblemResult.UnknownOperation(id),
        };
    }

    private static bool TryNumber(string? text, out long number)
    {
        number = 0;
        return string.IsNullOrEmpty(text) || (long.TryParse(text, out number) && number >= 0);
    }
}
