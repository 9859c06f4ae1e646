using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ktrdr.Server;

/// <summary>Tags answers by what they say, so that whoever asks again is told in a few bytes that nothing has changed.</summary>
internal static class EntityTags
{
    private const int TagBytes = 16;
    private const string MediaType = "application/json; charset=utf-8";

    /// <summary>Gives an endpoint's answer its <c>ETag</c>, and answers 304 to who has it already (<c>If-None-Match</c>).</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="shape">How its answer is written.</param>
    /// <param name="lasting">The answer without what changes by itself, such as a running time; the tag is then a weak one. Null
    /// where there is no such thing.</param>
    public static RouteHandlerBuilder WithTag<T>(
        this RouteHandlerBuilder endpoint,
        JsonTypeInfo<T> shape,
        Func<T, T>? lasting = null
    )
        where T : class =>
        endpoint.AddEndpointFilter(
            async (context, next) =>
            {
                var result = await next(context);
                if (AnswerOf<T>(result) is not { } answer)
                {
                    return result;
                }

                // Made from the very answer it is sent with, so the two cannot be of different moments.
                var body = JsonSerializer.SerializeToUtf8Bytes(lasting is null ? answer : lasting(answer), shape);
                var hash = SHA256.HashData(body);
                var tag = new EntityTagHeaderValue(
                    $"\"{Convert.ToHexStringLower(hash.AsSpan(0, TagBytes))}\"",
                    isWeak: lasting is not null
                );
                var http = context.HttpContext;
                http.Response.Headers.ETag = tag.ToString();
                http.Response.Headers.CacheControl = "no-cache";
                return IsKnown(http.Request, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
                    : lasting is null ? TypedResults.Text(body, MediaType)
                    : result;
            }
        );

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request
            .GetTypedHeaders()
            .IfNoneMatch.Any(known =>
                known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)
            );

    private static T? AnswerOf<T>(object? result)
        where T : class =>
        result switch
        {
            INestedHttpResult nested => AnswerOf<T>(nested.Result),
            IValueHttpResult<T> answered => answered.Value,
            _ => null,
        };
}
