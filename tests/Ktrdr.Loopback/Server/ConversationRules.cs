using System.Text.Json.Nodes;
using static Ktrdr.Loopback.RequestRules;

namespace Ktrdr.Loopback;

/// <summary>What the provider asks of a conversation: whose turn it is, that every use of a tool has its result, and that
/// thoughts come back as they were given out.</summary>
internal static class ConversationRules
{
    public static void Check(JsonArray? messages)
    {
        Require(messages is { Count: > 0 }, "messages: at least one message is required");
        for (var at = 0; at < messages!.Count; at++)
        {
            var role = at % 2 == 0 ? "user" : "assistant";
            Require(
                (string?)messages[at]?["role"] == role,
                $"messages.{at}: roles must alternate between \"user\" and \"assistant\", and the first is \"user\""
            );
            CheckBlocks(messages[at]!["content"], $"messages.{at}.content", role);
            CheckResults(at == 0 ? null : messages[at - 1]!["content"], messages[at]!["content"], at);
        }

        Require(
            messages.Count % 2 == 1,
            "This model does not support assistant message prefill. The conversation must end with a user message."
        );
    }

    private static void CheckBlocks(JsonNode? content, string place, string role)
    {
        var blocks = ReceivedRequest.Blocks(content).ToList();
        Require(blocks.Count > 0, $"{place}: at least one block is required");
        foreach (var block in blocks)
        {
            switch ((string?)block["type"])
            {
                case "text":
                    Require(
                        !string.IsNullOrEmpty((string?)block["text"]),
                        $"{place}: text content blocks must be non-empty"
                    );
                    break;
                case "tool_use" when role == "assistant":
                    Require(
                        block["id"] is not null && block["name"] is not null && block["input"] is JsonObject,
                        $"{place}: a tool_use block needs an id, a name and an input that is an object"
                    );
                    break;
                case "thinking" when role == "assistant":
                    Require(
                        (string?)block["signature"] == Signature.Of((string?)block["thinking"] ?? ""),
                        $"{place}: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. "
                            + "These blocks must remain as they were in the original response."
                    );
                    break;
                case "tool_result" when role == "user":
                    Require(block["tool_use_id"] is not null, $"{place}: tool_use_id: Field required");
                    break;
                default:
                    throw RefusedException.Invalid($"{place}: a {role} message has no block of type {block["type"]}");
            }
        }
    }

    private static void CheckResults(JsonNode? before, JsonNode? now, int at)
    {
        var used = ReceivedRequest.Blocks(before).Where(block => (string?)block["type"] == "tool_use").ToList();
        var blocks = ReceivedRequest.Blocks(now).ToList();
        var answered = blocks
            .Where(block => (string?)block["type"] == "tool_result")
            .Select(block => (string)block["tool_use_id"]!)
            .ToList();
        var ids = used.Select(block => (string)block["id"]!).ToList();

        var open = ids.Except(answered).ToList();
        Require(
            open.Count == 0,
            $"messages.{at - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                + $"{string.Join(", ", open)}. Each `tool_use` block must have a corresponding `tool_result` block in the "
                + "next message."
        );
        var stray = answered.Except(ids).ToList();
        Require(
            stray.Count == 0,
            $"messages.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {string.Join(", ", stray)}. "
                + "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
        );
        Require(
            answered.Count == answered.Distinct().Count(),
            $"messages.{at}: each tool_use must have a single result. Found multiple `tool_result` blocks with one id."
        );
        Require(
            blocks.Take(answered.Count).All(block => (string?)block["type"] == "tool_result"),
            $"messages.{at}: `tool_result` blocks must come before any other content"
        );

        // An id says whether a thought came before it, so that a thought left out is noticed as well as one changed.
        Require(
            !ids.Exists(Signature.HasThought)
                || ReceivedRequest.Blocks(before).Any(block => (string?)block["type"] == "thinking"),
            $"messages.{at - 1}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. "
                + "A final assistant message must start with the thinking block that came with it."
        );
    }
}
