using System.Net;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Core;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>The strategies of the home, and the judge of their rules.</summary>
internal static class StrategyEndpoints
{
    public static void MapStrategies(this IEndpointRouteBuilder api)
    {
        var strategies = api.MapGroup("/strategies").WithTags("strategies");
        strategies.MapGet("", ListAsync).WithSummary("The strategies of the home, by name.");
        strategies.MapGet("/{name}", ShowAsync).WithSummary("One strategy, with its text and what became of it.");
        strategies
            .MapPost("/validate", ValidateTextAsync)
            .Accepts<string>("application/yaml", "text/yaml", "text/plain")
            .WithSummary("Judges the text of a strategy.");
        strategies.MapPost("/{name}/validate", ValidateAsync).WithSummary("Judges a strategy of the home.");
    }

    public static async Task<Ok<Many<StrategyView>>> ListAsync(
        StrategyRecords records,
        CancellationToken cancellationToken
    )
    {
        var all = await records.ListAsync(cancellationToken);
        return TypedResults.Ok(
            new Many<StrategyView>
            {
                Success = true,
                Data = all,
                TotalCount = all.Count,
                ActiveCount = 0,
            }
        );
    }

    public static async Task<Results<Ok<One<StrategyView>>, ProblemResult>> ShowAsync(
        string name,
        StrategyRecords records,
        IStrategyShelf strategies,
        CancellationToken cancellationToken
    ) =>
        strategies.Exists(name)
            ? TypedResults.Ok(
                new One<StrategyView> { Success = true, Data = await records.ShowAsync(name, cancellationToken) }
            )
            : Unknown(name, strategies);

    public static async Task<Results<Ok<ValidationView>, ProblemResult>> ValidateAsync(
        string name,
        StrategyShelf strategies,
        CancellationToken cancellationToken
    ) =>
        strategies.Exists(name)
            ? TypedResults.Ok(Of(await strategies.CheckAsync(name, cancellationToken)))
            : Unknown(name, strategies);

    private static async Task<Ok<ValidationView>> ValidateTextAsync(
        HttpRequest request,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(Of(StrategyYaml.Check(await JsonBody.ReadBytesAsync(request, cancellationToken))));

    public static ValidationView Of(StrategyReading reading) =>
        new()
        {
            Valid = reading.Valid,
            StrategyName = reading.Document?.Name,
            Errors = reading.Errors,
            Warnings = reading.Warnings,
            Suggestions = reading.Suggestions,
            MissingSections = reading.MissingSections,
        };

    private static ProblemResult Unknown(string name, IStrategyShelf strategies) =>
        ProblemResult.Of(
            HttpStatusCode.NotFound,
            "unknown_strategy",
            $"There is no strategy '{name}'.{Hints.Of(name, strategies.Names())}",
            "List them with 'ktrdr strategies list' (GET /api/v1/strategies)."
        );
}
