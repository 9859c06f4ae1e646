using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Loopback;

/// <summary>A turn made into the provider's message: with ids and usage, and cut where it would exceed what was asked for.</summary>
internal sealed record Reply
{
    public static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int PieceLength = 40;

    public required string MessageId { get; init; }

    public required string Model { get; init; }

    public required string StopReason { get; init; }

    public required TokenCounts Usage { get; init; }

    public required IReadOnlyList<Part> Parts { get; init; }

    /// <summary>One block: how it opens, how it looks when it is whole, and its text in transit.</summary>
    internal sealed record Part(string Type, string Text, JsonObject Opening);

    public static Reply To(ReceivedRequest request, Turn turn, TokenCounts prompt)
    {
        var parts = Opened(turn.Content);
        var left = PromptCache.BytesOf(request.MaxTokens);
        var kept = new List<Part>();
        foreach (var part in parts)
        {
            var text = Cut(part.Text, left);
            kept.Add(part with { Text = text });
            left -= Encoding.UTF8.GetByteCount(text);
            if (text.Length < part.Text.Length)
            {
                break;
            }
        }

        var cut = kept.Sum(part => part.Text.Length) < parts.Sum(part => part.Text.Length);
        var output = cut ? request.MaxTokens : PromptCache.Tokens(string.Concat(kept.Select(part => part.Text)));
        return new Reply
        {
            MessageId = Signature.Id("msg_0"),
            Model = request.Model!,
            StopReason = cut
                ? "max_tokens"
                : turn.StopReason ?? (turn.Content.Any(block => block is ReplyBlock.ToolUse) ? "tool_use" : "end_turn"),
            Usage = turn.Usage ?? prompt with { Output = output },
            Parts = kept,
        };
    }

    /// <summary>The whole message, for a client that does not stream.</summary>
    public JsonObject Message() =>
        Envelope(new JsonArray([.. Parts.Select(Whole)]), StopReason, UsageNode(Usage.Output));

    /// <summary>The events of the message, in order.</summary>
    public IEnumerable<(string Type, JsonObject Data)> Events()
    {
        yield return ("message_start", new JsonObject { ["message"] = Envelope([], null, UsageNode(1)) });
        yield return ("ping", []);
        for (var at = 0; at < Parts.Count; at++)
        {
            yield return (
                "content_block_start",
                new JsonObject { ["index"] = at, ["content_block"] = Parts[at].Opening.DeepClone() }
            );
            foreach (var delta in Deltas(Parts[at]))
            {
                yield return ("content_block_delta", new JsonObject { ["index"] = at, ["delta"] = delta });
            }

            yield return ("content_block_stop", new JsonObject { ["index"] = at });
        }

        yield return (
            "message_delta",
            new JsonObject
            {
                ["delta"] = new JsonObject { ["stop_reason"] = StopReason, ["stop_sequence"] = null },
                ["usage"] = UsageNode(Usage.Output),
            }
        );
        yield return ("message_stop", []);
    }

    private static List<Part> Opened(IReadOnlyList<ReplyBlock> blocks)
    {
        var thought = blocks.Any(block => block is ReplyBlock.Thinking);
        return
        [
            .. blocks.Select(block =>
                block switch
                {
                    ReplyBlock.Text(var words) => new Part(
                        "text",
                        words,
                        new JsonObject { ["type"] = "text", ["text"] = "" }
                    ),
                    ReplyBlock.Thinking(var words) => new Part(
                        "thinking",
                        words,
                        new JsonObject
                        {
                            ["type"] = "thinking",
                            ["thinking"] = "",
                            ["signature"] = "",
                        }
                    ),
                    ReplyBlock.ToolUse(var name, var input) => new Part(
                        "tool_use",
                        input.ToJsonString(Plain),
                        new JsonObject
                        {
                            ["type"] = "tool_use",
                            ["id"] = Signature.ToolUseId(thought),
                            ["name"] = name,
                            ["input"] = new JsonObject(),
                        }
                    ),
                    _ => throw new ArgumentException($"{block} is no block of a reply."),
                }
            ),
        ];
    }

    private static IEnumerable<JsonObject> Deltas(Part part)
    {
        var (type, field) = part.Type switch
        {
            "text" => ("text_delta", "text"),
            "thinking" => ("thinking_delta", "thinking"),
            _ => ("input_json_delta", "partial_json"),
        };
        foreach (var piece in Pieces(part.Text))
        {
            yield return new JsonObject { ["type"] = type, [field] = piece };
        }

        if (part.Type == "thinking")
        {
            yield return new JsonObject { ["type"] = "signature_delta", ["signature"] = Signature.Of(part.Text) };
        }
    }

    private static IEnumerable<string> Pieces(string text)
    {
        for (var at = 0; at < text.Length; )
        {
            var end = Math.Min(at + PieceLength, text.Length);
            end -= char.IsHighSurrogate(text[end - 1]) && end < text.Length ? 1 : 0;
            yield return text[at..end];
            at = end;
        }
    }

    private static JsonObject Whole(Part part)
    {
        var whole = part.Opening.DeepClone().AsObject();
        switch (part.Type)
        {
            case "text":
                whole["text"] = part.Text;
                break;
            case "thinking":
                whole["thinking"] = part.Text;
                whole["signature"] = Signature.Of(part.Text);
                break;
            default:
                whole["input"] = TryParse(part.Text) ?? new JsonObject();
                break;
        }

        return whole;
    }

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // A reply that was cut in the middle of a tool's input has none.
            return null;
        }
    }

    private JsonObject Envelope(JsonArray content, string? stopReason, JsonObject usage) =>
        new()
        {
            ["id"] = MessageId,
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = Model,
            ["content"] = content,
            ["stop_reason"] = stopReason,
            ["stop_sequence"] = null,
            ["usage"] = usage,
        };

    private JsonObject UsageNode(long output) =>
        new()
        {
            ["input_tokens"] = Usage.Input,
            ["cache_creation_input_tokens"] = Usage.CacheWrite5Minutes + Usage.CacheWrite1Hour,
            ["cache_read_input_tokens"] = Usage.CacheRead,
            ["cache_creation"] = new JsonObject
            {
                ["ephemeral_5m_input_tokens"] = Usage.CacheWrite5Minutes,
                ["ephemeral_1h_input_tokens"] = Usage.CacheWrite1Hour,
            },
            ["output_tokens"] = output,
            ["service_tier"] = "standard",
        };

    private static string Cut(string text, long bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var end = 0;
        for (long used = 0; end < text.Length; )
        {
            var length = char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
            used += Encoding.UTF8.GetByteCount(text.AsSpan(end, length));
            if (used > bytes)
            {
                break;
            }

            end += length;
        }

        return text[..end];
    }
}
