using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Loopback;

/// <summary>One request as it arrived.</summary>
public sealed record ReceivedRequest
{
    /// <summary>Its number among those to the same path, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The path it was sent to.</summary>
    public required string Path { get; init; }

    /// <summary>Its headers, by name in any case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Its body, byte for byte.</summary>
    public required string Text { get; init; }

    /// <summary>Its body; empty where it is no JSON object.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Whether an answer in events is wanted.</summary>
    public bool Streams => Body["stream"] is JsonValue value && value.TryGetValue<bool>(out var stream) && stream;

    /// <summary>The model that is asked for.</summary>
    public string? Model => Body["model"] is JsonValue value && value.TryGetValue<string>(out var model) ? model : null;

    /// <summary>The most tokens the reply may have.</summary>
    public long MaxTokens => (long)Body["max_tokens"]!;

    /// <summary>The tools the model may use, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Tools =>
        (Body["tools"] as JsonArray ?? []).ToDictionary(tool => (string)tool!["name"]!, tool => tool!.AsObject());

    /// <summary>The results of tools it hands in, over the whole conversation.</summary>
    public IReadOnlyList<JsonObject> ToolResults =>
        [.. Blocks().Where(block => (string?)block["type"] == "tool_result")];

    /// <summary>Every word a model would read: system, messages and results, in order.</summary>
    public string Words => string.Join('\n', Blocks(Body["system"]).Concat(Blocks()).SelectMany(WordsOf));

    private static readonly JsonDocumentOptions NoRepetition = new() { AllowDuplicateProperties = false };

    internal static async Task<ReceivedRequest> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(cancellationToken);
        return new ReceivedRequest
        {
            Number = 0,
            Path = http.Request.Path,
            Headers = http.Request.Headers.ToDictionary(
                header => header.Key,
                header => header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            ),
            Text = text,
            Body = Parse(text) as JsonObject ?? [],
        };
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: NoRepetition);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IEnumerable<JsonObject> Blocks() =>
        (Body["messages"] as JsonArray ?? []).SelectMany(message => Blocks(message?["content"]));

    internal static IEnumerable<JsonObject> Blocks(JsonNode? content) =>
        content switch
        {
            JsonArray blocks => blocks.OfType<JsonObject>(),
            JsonValue words => [new JsonObject { ["type"] = "text", ["text"] = words.DeepClone() }],
            _ => [],
        };

    private static IEnumerable<string> WordsOf(JsonObject block) =>
        (string?)block["type"] switch
        {
            "text" => [(string?)block["text"] ?? ""],
            "tool_result" => Blocks(block["content"]).SelectMany(WordsOf),
            _ => [],
        };
}
