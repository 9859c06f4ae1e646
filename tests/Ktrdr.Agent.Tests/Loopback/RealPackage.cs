using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using Ktrdr.Loopback;

namespace Ktrdr.Agent.Tests;

/// <summary>The official package as it comes, pointed at a loopback server; it tries nothing twice.</summary>
internal sealed class RealPackage(LoopbackServer server, string? key = null) : IDisposable
{
    private static readonly Dictionary<string, JsonElement> s_none = [];

    private readonly AnthropicClient _client = new(
        new ClientOptions
        {
            BaseUrl = server.Url,
            ApiKey = key ?? server.Key,
            MaxRetries = 0,
        }
    );

    /// <summary>A request that is answered; changed by the tests that want it refused.</summary>
    public static JsonObject Ask(string words = "Where did it rain?", long maxTokens = 1_000) =>
        new()
        {
            ["model"] = "claude-opus-5-5",
            ["max_tokens"] = maxTokens,
            ["messages"] = new JsonArray(User(words)),
        };

    public static JsonObject User(JsonNode content) => new() { ["role"] = "user", ["content"] = content };

    public static JsonObject Assistant(JsonNode content) => new() { ["role"] = "assistant", ["content"] = content };

    public static JsonObject Tool(string name, JsonObject properties, bool strict = false) =>
        new()
        {
            ["name"] = name,
            ["input_schema"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = properties,
                ["additionalProperties"] = false,
            },
            ["strict"] = strict,
        };

    /// <summary>The events of a streamed reply, up to its end or its failure.</summary>
    public async Task<List<JsonElement>> StreamAsync(
        JsonObject request,
        CancellationToken cancellationToken = default,
        Action? heard = null
    )
    {
        var events = new List<JsonElement>();
        var stream = _client.Messages.CreateStreaming(Parameters(request), cancellationToken);
        await foreach (var happened in stream.WithCancellation(cancellationToken))
        {
            events.Add(happened.Json);
            heard?.Invoke();
        }

        return events;
    }

    public async Task<JsonElement> CreateAsync(JsonObject request) =>
        JsonSerializer.SerializeToElement(await _client.Messages.Create(Parameters(request)));

    public async Task<long> CountAsync(JsonObject request)
    {
        var counted = new JsonObject(
            request
                .Where(field => field.Key != "max_tokens")
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))
        );
        return (
            await _client.Messages.CountTokens(
                MessageCountTokensParams.FromRawUnchecked(s_none, s_none, Fields(counted))
            )
        ).InputTokens;
    }

    public void Dispose() => _client.Dispose();

    private static MessageCreateParams Parameters(JsonObject request) =>
        MessageCreateParams.FromRawUnchecked(s_none, s_none, Fields(request));

    private static Dictionary<string, JsonElement> Fields(JsonObject body) =>
        body.ToDictionary(field => field.Key, field => JsonSerializer.SerializeToElement(field.Value));
}
