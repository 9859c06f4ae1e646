using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ktrdr.Server;

/// <summary>Reads a request's body strictly: a key nobody knows is refused, because it is a wish that would be dropped.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 16 };

    /// <summary>The body, an empty request where there is none, or why it cannot be read.</summary>
    public static async Task<(T? Value, ProblemResult? Problem)> ReadAsync<T>(
        HttpRequest request,
        JsonTypeInfo<T> shape,
        CancellationToken cancellationToken
    )
        where T : class, new()
    {
        var body = await ReadBytesAsync(request, cancellationToken);
        if (body.Length == 0)
        {
            return (new T(), null);
        }

        if (!request.HasJsonContentType())
        {
            return (
                null,
                ProblemResult.Of(
                    HttpStatusCode.UnsupportedMediaType,
                    "unsupported_media_type",
                    $"The body is of type '{request.ContentType ?? "(none)"}', and JSON is read here.",
                    "Send the header Content-Type: application/json, or no body at all."
                )
            );
        }

        var (document, malformed) = Parse(body);
        if (document is null)
        {
            return (null, malformed);
        }

        using (document)
        {
            try
            {
                return Refuse(document.RootElement, shape) is { } refused
                    ? (null, refused)
                    : Deserialize(document, shape);
            }
            catch (InvalidOperationException)
            {
                return (
                    null,
                    ProblemResult.Invalid(
                        "malformed_json",
                        "The body has a key or a text that is no Unicode, such as half a surrogate pair.",
                        "Send UTF-8."
                    )
                );
            }
        }
    }

    public static async Task<byte[]> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return [];
        }

        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private static (JsonDocument?, ProblemResult?) Parse(byte[] body)
    {
        try
        {
            return (JsonDocument.Parse(body, s_strict), null);
        }
        catch (JsonException malformed)
        {
            return (
                null,
                ProblemResult.Invalid(
                    "malformed_json",
                    $"The body is not JSON, at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}.",
                    "Correct the JSON there."
                )
            );
        }
    }

    private static (T?, ProblemResult?) Deserialize<T>(JsonDocument document, JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return (document.Deserialize(shape), null);
        }
        catch (JsonException wrong)
        {
            return (
                null,
                ProblemResult.Invalid(
                    "invalid_value",
                    $"{wrong.Path?.TrimStart('$', '.')} has a value of the wrong kind.",
                    "See /openapi/v1.json for what it takes."
                )
            );
        }
    }

    private static ProblemResult? Refuse(JsonElement body, JsonTypeInfo shape)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return ProblemResult.Invalid(
                "invalid_value",
                $"The body is a JSON {body.ValueKind.ToString().ToLowerInvariant()}, and an object is expected.",
                "Put the values in { }."
            );
        }

        var seen = new HashSet<string>();
        foreach (var property in body.EnumerateObject())
        {
            if (shape.Properties.FirstOrDefault(one => one.Name == property.Name) is not { } known)
            {
                var names = shape.Properties.Select(one => one.Name).ToList();
                return ProblemResult.Invalid(
                    "unknown_key",
                    $"The body has the key '{property.Name}', which nobody knows.{Hints.Of(property.Name, names)}",
                    $"Use {string.Join(", ", names)}."
                );
            }

            if (!seen.Add(property.Name))
            {
                return ProblemResult.Invalid(
                    "duplicate_key",
                    $"The body has the key '{property.Name}' twice.",
                    "Give it once."
                );
            }

            if (
                property.Value.ValueKind == JsonValueKind.Object
                && shape.Options.GetTypeInfo(known.PropertyType) is { Kind: JsonTypeInfoKind.Object } inner
                && Refuse(property.Value, inner) is { } problem
            )
            {
                return problem;
            }
        }

        return null;
    }
}
