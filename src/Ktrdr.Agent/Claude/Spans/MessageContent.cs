using System.Diagnostics;
using System.Text.Json.Nodes;
using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>What was said to a language model and by it, in the form that the conventions for generative AI give it. Only for those who
/// asked for it.</summary>
internal static class MessageContent
{
    /// <summary>Adds a whole exchange to the span of its request.</summary>
    public static void Add(Activity span, JsonObject request, ModelReply reply)
    {
        span.SetTag("gen_ai.system_instructions", Text(Parts(request["system"])));
        span.SetTag(
            "gen_ai.input.messages",
            Text(
                request["messages"]!
                    .AsArray()
                    .Select(message => new JsonObject
                    {
                        ["role"] = (string?)message!["role"],
                        ["parts"] = Parts(message["content"]),
                    })
            )
        );
        span.SetTag(
            "gen_ai.output.messages",
            Text([
                new JsonObject
                {
                    ["role"] = "assistant",
                    ["parts"] = Parts(reply.Content),
                    ["finish_reason"] = reply.StopReason,
                },
            ])
        );
    }

    private static JsonArray Parts(JsonNode? content) =>
        content switch
        {
            JsonArray blocks => [.. blocks.OfType<JsonObject>().Select(Part)],
            JsonValue text => [Part("text", "content", text)],
            _ => [],
        };

    private static JsonObject Part(JsonObject block) =>
        (string?)block["type"] switch
        {
            "tool_use" => new JsonObject
            {
                ["type"] = "tool_call",
                ["id"] = block["id"]?.DeepClone(),
                ["name"] = block["name"]?.DeepClone(),
                ["arguments"] = block["input"]?.DeepClone(),
            },
            "tool_result" => new JsonObject
            {
                ["type"] = "tool_call_response",
                ["id"] = block["tool_use_id"]?.DeepClone(),
                ["response"] = block["content"]?.DeepClone(),
            },
            "thinking" => Part("reasoning", "content", block["thinking"]),
            _ => Part("text", "content", block["text"]),
        };

    private static JsonObject Part(string type, string name, JsonNode? value) =>
        new() { ["type"] = type, [name] = value?.DeepClone() };

    private static string Text(IEnumerable<JsonNode?> parts) =>
        parts is JsonArray already
            ? already.ToJsonString(OperationJson.Options)
            : new JsonArray([.. parts]).ToJsonString(OperationJson.Options);
}
