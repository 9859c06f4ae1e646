using System.Net;
using Ktrdr.Archive;
using Ktrdr.Client;
using Ktrdr.Core;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ktrdr.Server;

/// <summary>Bars on hand, and the way in for more.</summary>
internal static class DatasetEndpoints
{
    // A million bars of CSV are about 60 MB; a file on its way in is packed or plain.
    private const long MostUploadedBytes = 1L << 30;

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("/datasets").WithTags("datasets");
        datasets.MapGet("", ListAsync).WithSummary("The datasets on hand.");
        datasets
            .MapGet("/{symbol}/{timeframe}", ShowAsync)
            .WithSummary("Everything about one dataset: windows, gaps, spreads, costs.");
        datasets
            .MapPost("", ImportAsync)
            .WithQuery("name", "symbol", "timeframe", "kind", "timezone")
            .Accepts<Stream>("application/octet-stream")
            .WithSummary("Imports a file of bars, sent as the body: all of it or nothing.");
    }

    public static async Task<Ok<Many<DatasetView>>> ListAsync(IBarSource bars, CancellationToken cancellationToken)
    {
        var datasets = await bars.ListAsync(cancellationToken);
        return TypedResults.Ok(
            new Many<DatasetView>
            {
                Success = true,
                Data = [.. datasets.Select(DatasetViews.Of)],
                TotalCount = datasets.Count,
                ActiveCount = 0,
            }
        );
    }

    public static async Task<Results<Ok<One<DatasetReportView>>, ProblemResult>> ShowAsync(
        string symbol,
        string timeframe,
        Archive.Datasets datasets,
        CancellationToken cancellationToken
    )
    {
        if (!Timeframe.TryParse(timeframe, out var length))
        {
            return UnknownTimeframe(timeframe);
        }

        try
        {
            var report = await datasets.ShowAsync(symbol, length, cancellationToken);
            return TypedResults.Ok(new One<DatasetReportView> { Success = true, Data = DatasetViews.Of(report) });
        }
        catch (DatasetException absent)
        {
            return ProblemResult.Of(
                HttpStatusCode.NotFound,
                "unknown_dataset",
                absent.Message,
                "See what there is with 'ktrdr data list' (GET /api/v1/datasets)."
            );
        }
    }

    private static async Task<Results<Ok<One<ImportReportView>>, ProblemResult>> ImportAsync(
        HttpRequest request,
        string? name,
        string? symbol,
        string? timeframe,
        string? kind,
        string? timezone,
        Archive.Datasets datasets,
        HomeFolder home,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(symbol) || string.IsNullOrEmpty(timeframe))
        {
            return ProblemResult.Invalid(
                "invalid_request",
                "The query must say which symbol and timeframe the bars are of.",
                "Send ?symbol=EURUSD&timeframe=1h&name=bars.csv with the file as the body."
            );
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostUploadedBytes;
        }

        using var upload = await Upload.ReceiveAsync(request.Body, name, home, cancellationToken);
        return await ImportFileAsync(upload.Path, symbol, timeframe, kind, timezone, datasets, cancellationToken);
    }

    /// <summary>Imports a file that lies on this machine: all of it or nothing.</summary>
    public static async Task<Results<Ok<One<ImportReportView>>, ProblemResult>> ImportFileAsync(
        string file,
        string symbol,
        string timeframe,
        string? kind,
        string? timezone,
        Archive.Datasets datasets,
        CancellationToken cancellationToken
    )
    {
        if (!Timeframe.TryParse(timeframe, out var length))
        {
            return UnknownTimeframe(timeframe);
        }

        InstrumentKind? wanted = null;
        if (kind is not null)
        {
            if (!Enum.TryParse<InstrumentKind>(kind, ignoreCase: true, out var parsed) || char.IsAsciiDigit(kind[0]))
            {
                return ProblemResult.Invalid(
                    "invalid_value",
                    $"kind is '{kind}'.{Hints.Of(kind, DatasetViews.Kinds)}",
                    $"Use one of {string.Join(", ", DatasetViews.Kinds)}."
                );
            }

            wanted = parsed;
        }

        try
        {
            var options = new ImportOptions(symbol, length, wanted, timezone);
            var report = await datasets.ImportAsync(file, options, cancellationToken);
            return TypedResults.Ok(new One<ImportReportView> { Success = true, Data = DatasetViews.Of(report) });
        }
        catch (Exception refused) when (refused is ImportException or DatasetException)
        {
            return ProblemResult.Unprocessable(
                "invalid_data",
                refused.Message,
                "Correct the file or the options and import it again; nothing of it was kept."
            );
        }
    }

    private static ProblemResult UnknownTimeframe(string given) =>
        ProblemResult.Invalid(
            "invalid_value",
            $"'{given}' is not a timeframe.{Hints.Of(given, Timeframe.All.Select(one => one.Name))}",
            $"Use one of {string.Join(", ", Timeframe.All)}."
        );
}
