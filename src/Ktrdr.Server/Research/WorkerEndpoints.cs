using Ktrdr.Client;
using Ktrdr.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>The processes that do work; on one machine that is this one.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder api) =>
        api.MapGet("/workers", ListAsync)
            .WithTags("workers")
            .WithSummary("Who does the work, how much at once, and how much now.");

    public static async Task<Ok<Many<WorkerView>>> ListAsync(
        IOperations operations,
        OperationsOptions options,
        CancellationToken cancellationToken
    )
    {
        var running = await operations.ListAsync(
            new OperationQuery
            {
                Status = OperationStatus.Running,
                Counted = false,
                Limit = 1_000,
            },
            cancellationToken
        );
        var here = new WorkerView
        {
            Node = options.Node,
            Roles =
            [
                .. options.Capacities.Select(role => new RoleView
                {
                    Role = role.Key,
                    Capacity = role.Value,
                    Running = running.Operations.Count(operation =>
                        operation.Role == role.Key && operation.Node == options.Node
                    ),
                }),
            ],
        };
        return TypedResults.Ok(
            new Many<WorkerView>
            {
                Success = true,
                Data = [here],
                TotalCount = 1,
                ActiveCount = 1,
            }
        );
    }
}
