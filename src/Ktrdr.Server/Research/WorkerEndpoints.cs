using Ktrdr.Client;
using Ktrdr.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>The processes that do work: this one, and whoever else works on the same database.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder api) =>
        api.MapGet("/workers", ListAsync)
            .WithTags("workers")
            .WithSummary("Who does the work, how much at once, how much now, and when they were last heard of.");

    public static async Task<Ok<Many<WorkerView>>> ListAsync(
        IOperations operations,
        CancellationToken cancellationToken
    )
    {
        var nodes = await operations.NodesAsync(cancellationToken);
        return TypedResults.Ok(
            new Many<WorkerView>
            {
                Success = true,
                Data = [.. nodes.Select(View)],
                TotalCount = nodes.Count,
                ActiveCount = nodes.Count,
            }
        );
    }

    private static WorkerView View(Node node) =>
        new()
        {
            Node = node.Id,
            Home = node.Home,
            StartedAt = node.StartedAt,
            LastCheckIn = node.SeenAt,
            Roles =
            [
                .. node.Roles.Select(role => new RoleView
                {
                    Role = role.Role,
                    Capacity = role.Capacity,
                    Running = role.Running,
                }),
            ],
        };
}
