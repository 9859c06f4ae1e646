using Ktrdr.Client;
using Ktrdr.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>The catalogue of indicators.</summary>
internal static class IndicatorEndpoints
{
    public static void MapIndicators(this IEndpointRouteBuilder api) =>
        api.MapGet("/indicators", List)
            .WithTags("indicators")
            .WithSummary("Every indicator, with its parameters, ranges and outputs.");

    public static Ok<Many<IndicatorView>> List() =>
        TypedResults.Ok(
            new Many<IndicatorView>
            {
                Success = true,
                Data = [.. IndicatorCatalogue.All.Select(Of)],
                TotalCount = IndicatorCatalogue.All.Count,
                ActiveCount = 0,
            }
        );

    private static IndicatorView Of(IndicatorDefinition indicator) =>
        new()
        {
            Type = indicator.Type,
            Aliases = indicator.Aliases,
            Summary = indicator.Summary,
            Category = indicator.Category,
            Parameters = [.. indicator.Parameters.Select(Of)],
            TakesSource = indicator.TakesSource,
            NeedsVolume = indicator.NeedsVolume,
            Outputs =
            [
                .. indicator.Outputs.Select(output => new OutputView
                {
                    Name = output.Name,
                    Low = Finite(output.Low),
                    High = Finite(output.High),
                    Unit = output.Unit,
                }),
            ],
        };

    private static ParameterView Of(IndicatorParameter parameter) =>
        new()
        {
            Name = parameter.Name,
            Kind = parameter.Kind.ToString().ToLowerInvariant(),
            Meaning = parameter.Meaning,
            Default = parameter.Kind == ParameterKind.Choice ? null : Finite(parameter.Default),
            Minimum = parameter.Kind == ParameterKind.Choice ? null : Finite(parameter.Minimum),
            Maximum = parameter.Kind == ParameterKind.Choice ? null : Finite(parameter.Maximum),
            MinimumExcluded = parameter.MinimumExcluded,
            Choices = parameter.Choices,
        };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
