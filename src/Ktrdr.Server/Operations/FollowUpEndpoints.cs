using Ktrdr.Client;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>Going on from an operation that failed or was cancelled, or doing its order anew.</summary>
internal static class FollowUpEndpoints
{
    public static void MapFollowUps(this IEndpointRouteBuilder api)
    {
        var operations = api.MapGroup("/operations/{id}").WithTags("operations");
        operations
            .MapPost("/resume", ResumeAsync)
            .WithSummary(
                "Goes on where a failed or cancelled operation stopped, as a new one; nothing finished is repeated."
            );
        operations
            .MapPost("/retry", RetryAsync)
            .WithSummary("Does the order of a failed or cancelled operation anew, with the same seed.");
    }

    public static async Task<Results<Accepted<StartResponse>, ProblemResult>> ResumeAsync(
        string id,
        IResearchDesk desk,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => ByHandEndpoints.Answer(await desk.ResumeAsync(id, cancellationToken), clock);

    public static async Task<Results<Accepted<StartResponse>, ProblemResult>> RetryAsync(
        string id,
        IResearchDesk desk,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => ByHandEndpoints.Answer(await desk.RetryAsync(id, cancellationToken), clock);
}
