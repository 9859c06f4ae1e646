using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Loopback;

/// <summary>Answers requests as the provider does, or as the script has it go wrong.</summary>
internal sealed class MessagesEndpoint(LoopbackServer server, CancellationToken stopping)
{
    public const string Messages = "/v1/messages";
    public const string CountTokens = "/v1/messages/count_tokens";

    private readonly PromptCache _cache = new(server.Options.LeastCachedTokens);
    private readonly Dictionary<string, List<(DateTimeOffset At, bool Counted)>> _counts = [];

    public async Task AnswerAsync(HttpContext http)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            var request = server.Receive(await ReceivedRequest.ReadAsync(http, gone.Token));
            await AnswerAsync(http, request, gone.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client has gone, or the server stops: there is nobody to tell.
            http.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext http, ReceivedRequest request, CancellationToken gone)
    {
        var isMessage = http.Request.Path == Messages;
        var requestId = isMessage ? server.Bill[request.Number].RequestId : Signature.Id("req_0");
        http.Response.Headers["request-id"] = requestId;
        try
        {
            CheckHeaders(http.Request);
            if (isMessage)
            {
                await AnswerMessageAsync(http, request, gone);
            }
            else
            {
                await AnswerCountAsync(http, request, gone);
            }
        }
        catch (RefusedException refused)
        {
            if (isMessage)
            {
                server.Bill.Change(request.Number, entry => entry with { End = ExchangeEnd.Refused });
            }

            await RefuseAsync(http, new Fault.Refused(refused.Status, refused.Type, refused.Message), requestId, gone);
        }
    }

    private void CheckHeaders(HttpRequest request)
    {
        if (request.Path != Messages && request.Path != CountTokens || request.Method != HttpMethods.Post)
        {
            throw new RefusedException(404, "not_found_error", "Not found");
        }

        var key = (string?)request.Headers["x-api-key"] ?? BearerOf(request);
        if (key != server.Key)
        {
            throw new RefusedException(
                401,
                "authentication_error",
                key is null ? "x-api-key header is required" : "invalid x-api-key"
            );
        }

        RequestRules.Require(request.Headers.ContainsKey("anthropic-version"), "anthropic-version: header is required");
        RequestRules.Require(request.HasJsonContentType(), "Content-Type must be application/json");
    }

    // The provider takes a key in either header; the official package of this version sends it as a bearer.
    private static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var key] ? key : null;

    private async Task AnswerCountAsync(HttpContext http, ReceivedRequest request, CancellationToken gone)
    {
        switch (server.CountFault)
        {
            case Fault.Refused refused:
                Note(request, counted: false);
                await RefuseAsync(http, refused, http.Response.Headers["request-id"]!, gone);
                return;
            case Fault.Interrupted { How: Interruption.Stall }:
                await server.StallAsync(gone);
                break;
        }

        RequestRules.CheckCount(request, server.Today);
        Note(request, counted: true);
        await WriteAsync(http, new JsonObject { ["input_tokens"] = PromptCache.Count(request.Body) }, gone);
    }

    private async Task AnswerMessageAsync(HttpContext http, ReceivedRequest request, CancellationToken gone)
    {
        RequestRules.CheckMessage(request, server.Today);
        var turn = server.TurnFor(request);
        server.Bill.Change(request.Number, entry => entry with { Most = Most(request, entry.ArrivedAt) });
        if (turn.Fault is Fault.Refused refused)
        {
            server.Bill.Change(request.Number, entry => entry with { End = ExchangeEnd.Refused });
            await RefuseAsync(http, refused, http.Response.Headers["request-id"]!, gone);
            return;
        }

        var reply = Reply.To(request, turn, _cache.Read(request.Body));
        server.Bill.Change(
            request.Number,
            entry =>
                entry with
                {
                    MessageId = reply.MessageId,
                    Usage = reply.Usage,
                    Exact = Prices.Exact(request.Model!, server.Today, reply.Usage),
                }
        );
        var end = ExchangeEnd.Broken;
        try
        {
            end = await new Delivery(server, http, request, turn.Fault, gone).SendAsync(reply);
        }
        finally
        {
            server.Bill.Change(request.Number, entry => entry with { End = end });
        }
    }

    /// <summary>The most a request can cost: by the provider's own count where it last gave one for this very prompt, else by
    /// one token a byte of what was sent.</summary>
    public long Most(ReceivedRequest request, DateTimeOffset at)
    {
        bool counted;
        lock (_counts)
        {
            counted = _counts.GetValueOrDefault(PromptOf(request), []).LastOrDefault(count => count.At <= at).Counted;
        }

        return Prices.Most(
            request.Model!,
            server.Today,
            counted ? PromptCache.Count(request.Body) : Encoding.UTF8.GetByteCount(request.Text),
            request.MaxTokens,
            hourCache: request.Text.Contains("\"1h\"", StringComparison.Ordinal)
        );
    }

    private void Note(ReceivedRequest request, bool counted)
    {
        lock (_counts)
        {
            var prompt = PromptOf(request);
            _counts.TryAdd(prompt, []);
            _counts[prompt].Add((server.Options.Clock.GetUtcNow(), counted));
        }
    }

    private static string PromptOf(ReceivedRequest request) =>
        Signature.Of(
            string.Concat(
                ((string[])["model", "tools", "system", "messages"]).Select(part =>
                    request.Body[part]?.ToJsonString(Reply.Plain)
                )
            )
        );

    internal static JsonObject Error(string type, string message) =>
        new()
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
        };

    private static Task RefuseAsync(HttpContext http, Fault.Refused fault, string requestId, CancellationToken gone)
    {
        http.Response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds;
        }

        var envelope = Error(fault.Type, fault.Message);
        envelope["request_id"] = requestId;
        return WriteAsync(http, envelope, gone);
    }

    private static Task WriteAsync(HttpContext http, JsonObject body, CancellationToken gone)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString(Reply.Plain), gone);
    }
}
