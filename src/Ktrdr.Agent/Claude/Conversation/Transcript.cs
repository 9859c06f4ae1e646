using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>The messages of a conversation so far, in the form of the Messages API.</summary>
internal sealed class Transcript
{
    private readonly JsonArray _messages;

    public Transcript(string opening) => _messages = [new JsonObject { ["role"] = "user", ["content"] = opening }];

    /// <summary>The messages, to be put into a request.</summary>
    public JsonNode Messages() => _messages.DeepClone();

    /// <summary>Hands a reply back exactly as it came. One without content is left out: the provider refuses empty messages.</summary>
    public void HandBack(ModelReply reply)
    {
        if (reply.Content.Count > 0)
        {
            _messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = reply.Content.DeepClone() });
        }
    }

    /// <summary>Says what calls came to; every call of the reply before must be among them.</summary>
    public void Answer(IEnumerable<JsonObject> results) =>
        _messages.Add(new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. results]) });

    /// <summary>Says something in words, as part of the user's message where that is the last one.</summary>
    public void Say(string text)
    {
        var block = new JsonObject { ["type"] = "text", ["text"] = text };
        var last = _messages[^1]!.AsObject();
        if ((string?)last["role"] != "user")
        {
            _messages.Add(new JsonObject { ["role"] = "user", ["content"] = new JsonArray(block) });
            return;
        }

        if (last["content"] is JsonArray blocks)
        {
            blocks.Add(block);
            return;
        }

        var opening = new JsonObject { ["type"] = "text", ["text"] = (string?)last["content"] };
        last["content"] = new JsonArray(opening, block);
    }

    /// <summary>The answer to one call.</summary>
    public static JsonObject Result(ToolCall call, string text, bool isError)
    {
        var result = new JsonObject
        {
            ["type"] = "tool_result",
            ["tool_use_id"] = call.Id,
            ["content"] = text,
        };
        if (isError)
        {
            result["is_error"] = true;
        }

        return result;
    }
}

/// <summary>A call as a model wrote it.</summary>
/// <param name="Id">The provider's id of the call.</param>
/// <param name="Tool">Which tool.</param>
/// <param name="Arguments">Its arguments as JSON, not yet looked at.</param>
internal sealed record ToolCall(string Id, string Tool, string Arguments)
{
    /// <summary>The calls of a reply, in order.</summary>
    public static IReadOnlyList<ToolCall> Of(ModelReply reply) =>
        [
            .. reply
                .Content.OfType<JsonObject>()
                .Where(block => Word(block, "type") == "tool_use")
                .Select(block => new ToolCall(
                    Word(block, "id"),
                    Word(block, "name"),
                    block["input"]?.ToJsonString() ?? "null"
                )),
        ];

    /// <summary>The text of a reply, thoughts left out.</summary>
    public static string TextOf(ModelReply reply) =>
        string.Join(
            '\n',
            reply
                .Content.OfType<JsonObject>()
                .Where(block => Word(block, "type") == "text")
                .Select(block => Word(block, "text"))
        );

    private static string Word(JsonObject block, string name) =>
        block[name] is JsonValue value && value.TryGetValue(out string? word) ? word : "";
}
