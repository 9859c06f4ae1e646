using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Ktrdr.Agent;

/// <summary>Asks a language model over the official package. One request is sent once: its retries and time-outs are switched
/// off, because each attempt may cost money that has to be held back first.</summary>
internal sealed class MessagesClient(AgentOptions options, TimeProvider time) : IDisposable
{
    private static readonly string[] s_counted = ["model", "system", "messages", "tools"];
    private static readonly Dictionary<string, JsonElement> s_none = [];

    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    private readonly Lazy<AnthropicClient> _client = new(() => Connect(options, time));

    /// <summary>Sends a request and reads the whole reply.</summary>
    /// <param name="body">The request's body, sent as it is; it should ask for a stream.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="OperationCanceledException">The caller gave up; what the request cost is unknown.</exception>
    public async Task<Answer> SendAsync(JsonObject body, CancellationToken cancellationToken)
    {
        using var watch = new Watchdog(
            options.Patience,
            TimeSpan.FromSeconds(options.TimeoutSeconds),
            time,
            cancellationToken
        );
        var headers = new ResponseHeaders(watch.Heard);
        var reply = new ReplyAssembly();
        try
        {
            using var response = await Listening(headers)
                .Messages.WithRawResponse.CreateStreaming(
                    MessageCreateParams.FromRawUnchecked(s_none, s_none, Fields(body)),
                    watch.Token
                );
            await foreach (var happened in response.Enumerate(watch.Token))
            {
                reply.Take(happened.Json);
                if (reply.Whole)
                {
                    return new Answer.Answered(reply.Reply());
                }

                watch.Begun();
            }

            return headers.Kind == "text/event-stream"
                ? new Answer.Unknown(Silence.Cut, "the stream ended before the reply did")
                : new Answer.Unknown(Silence.Malformed, $"'{headers.Kind}' in the place of a stream of events");
        }
        catch (Exception failed) when (Failure.IsExpected(failed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new Failure(options, time, headers, reply.Begun, watch.Reason).Of(failed);
        }
    }

    /// <summary>The provider's own count of a request's tokens, or null where it does not say. Costs nothing.</summary>
    public async Task<long?> CountAsync(JsonObject body, CancellationToken cancellationToken)
    {
        using var watch = new Watchdog(
            options.Patience with
            {
                FirstEvent = options.Patience.Count,
            },
            options.Patience.Count,
            time,
            cancellationToken
        );
        try
        {
            var request = new JsonObject(
                s_counted.Where(body.ContainsKey).Select(name => KeyValuePair.Create(name, body[name]?.DeepClone()))
            );
            var count = await _client.Value.Messages.CountTokens(
                MessageCountTokensParams.FromRawUnchecked(s_none, s_none, Fields(request)),
                watch.Token
            );
            return count.InputTokens is > 0 and var tokens ? tokens : null;
        }
        catch (Exception failed) when (Failure.IsExpected(failed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    // The package hides the headers of an error, and the pings of a stream: a handler for the one call hears both.
    private IAnthropicClient Listening(ResponseHeaders headers) =>
        _client.Value.WithOptions(usual =>
            usual with
            {
                Handlers =
                [
                    Handler.Create(
                        async (request, next, stop) => await headers.HearAsync(await next(request, stop), stop)
                    ),
                ],
            }
        );

    private static AnthropicClient Connect(AgentOptions options, TimeProvider time) =>
        new(
            new ClientOptions
            {
                HttpClient = new HttpClient(Wire.Open(options, time)) { Timeout = Timeout.InfiniteTimeSpan },
                BaseUrl = options.BaseUrl.AbsoluteUri.TrimEnd('/'),
                ApiKey =
                    options.Key?.Reveal()
                    ?? throw new InvalidOperationException("A language model was asked without a key."),
                MaxRetries = 0,
                // Told to the provider in a header; our own watch, which also covers a stalled stream, is sooner.
                Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds) + s_grace,
                // The package can be told by the environment to put prompts into traces; here nobody tells it.
                OpenTelemetry = false,
            }
        );

    private static Dictionary<string, JsonElement> Fields(JsonObject body) =>
        body.ToDictionary(field => field.Key, field => JsonSerializer.SerializeToElement(field.Value));
}
