using System.Diagnostics;
using System.Net;
using Ktrdr.Archive;
using Ktrdr.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Server;

/// <summary>Turns what nobody answered, and what nobody expected, into problems.</summary>
internal static class Failures
{
    private const string Database = "ktrdr.db";

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                AllowStatusCode404Response = true,
                ExceptionHandler = AnswerExceptionAsync,
                SuppressDiagnosticsCallback = context => IsForeseen(context.Exception),
            }
        );
        app.UseStatusCodePages(context => OfStatus(context.HttpContext).ExecuteAsync(context.HttpContext));
    }

    private static Task AnswerExceptionAsync(HttpContext context) =>
        Of(context.Features.Get<IExceptionHandlerFeature>()?.Error).ExecuteAsync(context);

    /// <summary>Whether a failure is the asker's affair and not the log's.</summary>
    public static bool IsForeseen(Exception failure) =>
        failure
            is BadHttpRequestException
                or OutsideHomeException
                or OperationFailedException
                or DatabaseUnavailableException
        || DiskFull.Describe(failure, Database) is not null;

    /// <summary>What whoever asked is told about a failure.</summary>
    public static ProblemResult Of(Exception? failure) =>
        failure switch
        {
            BadHttpRequestException bad => ProblemResult.Of(
                (HttpStatusCode)bad.StatusCode,
                bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "body_too_large" : "bad_request",
                bad.Message,
                "Change the request; /openapi/v1.json describes it."
            ),
            OutsideHomeException outside => ProblemResult.Of(
                HttpStatusCode.UnprocessableEntity,
                "invalid_path",
                outside.Message,
                "A model's folder is written as models/NAME/1h_v1."
            ),
            OperationFailedException foreseen => ProblemResult.Of(
                HttpStatusCode.UnprocessableEntity,
                foreseen.Error.Code,
                foreseen.Error.Message,
                foreseen.Error.Next ?? "See what is on hand and ask again."
            ),
            DatabaseUnavailableException away => ProblemResult.Of(
                HttpStatusCode.ServiceUnavailable,
                "database_unavailable",
                away.Message,
                "Ask again in a moment; 'ktrdr operations list' then shows what was recorded."
            ),
            _ when DiskFull.Describe(failure, Database) is { } full => ProblemResult.Of(
                HttpStatusCode.InsufficientStorage,
                DiskFull.Code,
                full,
                "Make room on that disk and ask again; what was there before is intact."
            ),
            // The trace id leads to the log, which has the rest; a stranger is told no internals.
            _ => ProblemResult.Of(
                HttpStatusCode.InternalServerError,
                "internal_error",
                "The server failed at this request.",
                $"Look for trace {Activity.Current?.TraceId} in the server's log."
            ),
        };

    private static ProblemResult OfStatus(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path);
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ProblemResult.Of(
                HttpStatusCode.NotFound,
                "unknown_route",
                $"There is nothing at {path}.",
                "See /openapi/v1.json for what there is."
            ),
            StatusCodes.Status405MethodNotAllowed => ProblemResult.Of(
                HttpStatusCode.MethodNotAllowed,
                "method_not_allowed",
                $"{path} does not take {method}; it takes {context.Response.Headers.Allow}.",
                "See /openapi/v1.json for what there is."
            ),
            StatusCodes.Status415UnsupportedMediaType => ProblemResult.Of(
                HttpStatusCode.UnsupportedMediaType,
                "unsupported_media_type",
                $"{method} {path} does not read a body of type '{context.Request.ContentType}'.",
                "Name the type that /openapi/v1.json asks for, such as Content-Type: application/json; or send no body."
            ),
            var status => ProblemResult.Of(
                (HttpStatusCode)status,
                "bad_request",
                $"{method} {path} was refused.",
                "See /openapi/v1.json for what there is."
            ),
        };
    }
}
