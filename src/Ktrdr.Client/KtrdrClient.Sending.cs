using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ktrdr.Client;

/// <summary>How a question goes over the line, and what comes back of it: an answer, a refusal, or nothing.</summary>
public sealed partial class KtrdrClient
{
    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, shape, cancellationToken);

    private Task<StartResponse> FollowUpAsync(string id, string how, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            Api + "operations/" + Segment(id) + "/" + how,
            null,
            ClientJson.Default.StartResponse,
            cancellationToken
        );

    private Task<CancelResponse> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, ClientJson.Default.CancelResponse, cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? content,
        JsonTypeInfo<T> shape,
        CancellationToken cancellationToken,
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            await ThrowIfRefusedAsync(response, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, shape, cancellationToken)
                ?? throw new JsonException("the answer was empty");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new KtrdrUnreachableException(Server, failure);
        }
        catch (JsonException failure)
        {
            throw new KtrdrApiException(
                new ProblemView
                {
                    Status = (int)HttpStatusCode.BadGateway,
                    Code = "not_understood",
                    Detail = $"{Server} answered {path} with something else than was asked for: {failure.Message}",
                    Next =
                        "Check that client and server are of the same version, and that the address is a ktrdr server's.",
                },
                HttpStatusCode.BadGateway
            );
        }
    }

    internal static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        throw new KtrdrApiException(ReadProblem(body, response), response.StatusCode);
    }

    private static ProblemView ReadProblem(byte[] body, HttpResponseMessage response)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, ClientJson.Default.ProblemView) is { Status: > 0 } problem)
            {
                return problem;
            }
        }
        catch (JsonException)
        {
            // Something between us and the server answered in its own words; its status is all there is to tell.
        }

        return new ProblemView
        {
            Status = (int)response.StatusCode,
            Title = response.ReasonPhrase,
            Detail = $"The server answered {(int)response.StatusCode} {response.ReasonPhrase} without saying why.",
        };
    }

    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> shape)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, shape));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // Nothing, one dot and two would be steps in the path and lead elsewhere; behind a space they are a name like any other.
    internal static string Segment(string text) => Uri.EscapeDataString(text is "" or "." or ".." ? " " + text : text);

    private static string Query(params ReadOnlySpan<(string Key, string? Value)> pairs)
    {
        var query = new StringBuilder();
        foreach (var (key, value) in pairs)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static Uri WithSlash(Uri server) =>
        server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");
}
