using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text.Json;
using Ktrdr.Client;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace Ktrdr.Server;

/// <summary>An answer that says what went wrong, after RFC 9457. Every error of the API is one.</summary>
internal sealed class ProblemResult(ProblemView problem) : IResult, IEndpointMetadataProvider
{
    private const string MediaType = "application/problem+json";
    private const string RetryAfterSeconds = "2";

    public ProblemView Problem { get; } = problem;

    public static ProblemResult Of(
        HttpStatusCode status,
        string code,
        string detail,
        string? next,
        string? operationId = null
    ) =>
        new(
            new ProblemView
            {
                Type = "about:blank",
                Title = ReasonPhrases.GetReasonPhrase((int)status),
                Status = (int)status,
                Detail = detail,
                Code = code,
                OperationId = operationId,
                TraceId = Activity.Current?.TraceId.ToString(),
                Next = next,
            }
        );

    public static ProblemResult Invalid(string code, string detail, string next) =>
        Of(HttpStatusCode.BadRequest, code, detail, next);

    public static ProblemResult Unprocessable(string code, string detail, string next) =>
        Of(HttpStatusCode.UnprocessableEntity, code, detail, next);

    public static ProblemResult UnknownOperation(string id) =>
        Of(
            HttpStatusCode.NotFound,
            "unknown_operation",
            $"There is no operation '{id}'.",
            "List them with 'ktrdr operations list' (GET /api/v1/operations).",
            id
        );

    public static ProblemResult Finished(Operation operation) =>
        Of(
            HttpStatusCode.Conflict,
            "operation_finished",
            $"{operation.Id} has ended already: {OperationViews.NameOf(operation.Status)}.",
            "Nothing is left to stop.",
            operation.Id
        );

    public static ProblemResult Of(Refusal refusal) =>
        Of(
            refusal.Code switch
            {
                "unknown_operation" => HttpStatusCode.NotFound,
                "active_cycle_exists" or "operation_live" or "operation_finished" or "not_a_root" or "turned_away" =>
                    HttpStatusCode.Conflict,
                "budget_exhausted" => HttpStatusCode.TooManyRequests,
                _ => HttpStatusCode.UnprocessableEntity,
            },
            refusal.Code,
            refusal.Message,
            refusal.Next,
            refusal.OperationId
        );

    /// <summary>The same refusal for a caller in this process.</summary>
    public KtrdrApiException AsException() => new(Problem, (HttpStatusCode)Problem.Status);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Problem.Status;
        httpContext.Response.ContentType = MediaType;
        if (Problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        // Its length is told, so that it leaves in one piece.
        var body = JsonSerializer.SerializeToUtf8Bytes(Problem, ClientJson.Default.ProblemView);
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new DefaultProblem());

    /// <summary>Tells the API's description that any status of 400 and above looks like this.</summary>
    private sealed class DefaultProblem : IProducesResponseTypeMetadata
    {
        public Type Type => typeof(ProblemView);

        public int StatusCode => StatusCodes.Status400BadRequest;

        public IEnumerable<string> ContentTypes => [MediaType];
    }
}
