using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Loopback;

/// <summary>Brings one reply to its client, or breaks off where the script says so.</summary>
internal sealed class Delivery(
    LoopbackServer server,
    HttpContext http,
    ReceivedRequest request,
    Fault? fault,
    CancellationToken gone
)
{
    private readonly Fault.Interrupted? _interrupted = fault as Fault.Interrupted;

    /// <summary>Sends a reply; how it ended, unless the client went away.</summary>
    public async Task<ExchangeEnd> SendAsync(Reply reply)
    {
        if (_interrupted?.AfterEvents < 0 && !await GoOnAsync(_interrupted.How))
        {
            return ExchangeEnd.Broken;
        }

        return request.Streams ? await StreamAsync(reply) : await SendWholeAsync(reply);
    }

    private async Task<ExchangeEnd> StreamAsync(Reply reply)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        await http.Response.Body.FlushAsync(gone);
        var sent = 0;
        foreach (var (type, data) in reply.Events())
        {
            if (_interrupted?.AfterEvents == sent && !await GoOnAsync(_interrupted.How))
            {
                // An error in the place of a message's first event is an error before a message began.
                return sent == 0 && _interrupted.How == Interruption.Error ? ExchangeEnd.Refused : ExchangeEnd.Broken;
            }

            await BeforeAsync(sent);
            gone.ThrowIfCancellationRequested();
            // A client may have read the last event and left before its sending has returned here, so that one asks nobody.
            await SendAsync(type, data, type == "message_stop" ? CancellationToken.None : gone);
            sent++;
        }

        return ExchangeEnd.Whole;
    }

    private async Task BeforeAsync(int sent)
    {
        switch (fault)
        {
            case Fault.Slow(var between):
                await Task.Delay(between, gone);
                break;
            case Fault.Strange when sent == 2:
                await SendAsync("weather_report", new JsonObject { ["sky"] = "clear" }, gone);
                break;
        }
    }

    private async Task<ExchangeEnd> SendWholeAsync(Reply reply)
    {
        var body = reply.Message().ToJsonString(Reply.Plain);
        http.Response.ContentType = "application/json";
        if (_interrupted is { AfterEvents: >= 0 })
        {
            await http.Response.WriteAsync(body[..(body.Length / 2)], gone);
            if (!await GoOnAsync(_interrupted.How))
            {
                return ExchangeEnd.Broken;
            }

            body = body[(body.Length / 2)..];
        }

        gone.ThrowIfCancellationRequested();
        await http.Response.WriteAsync(body, CancellationToken.None);
        return ExchangeEnd.Whole;
    }

    private async Task<bool> GoOnAsync(Interruption how)
    {
        switch (how)
        {
            case Interruption.Stall:
                await server.StallAsync(gone);
                return true;
            case Interruption.Reset:
                http.Abort();
                return false;
            case Interruption.Error:
                await SendAsync("error", MessagesEndpoint.Error("overloaded_error", "Overloaded"), gone);
                return false;
            case Interruption.Garbage:
                await http.Response.WriteAsync(
                    "event: content_block_delta\ndata: {\"type\": \"content_block_del\u0007\n\n",
                    gone
                );
                return false;
            default:
                return false;
        }
    }

    private Task SendAsync(string type, JsonObject data, CancellationToken cancellationToken)
    {
        data["type"] = type;
        return http.Response.WriteAsync(
            $"event: {type}\ndata: {data.ToJsonString(Reply.Plain)}\n\n",
            cancellationToken
        );
    }
}
