using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Agent;

/// <summary>Puts a streamed reply together from its events. Blocks it has never heard of are kept as they came, so that they
/// can be handed back.</summary>
internal sealed class ReplyAssembly
{
    private const long MostTokens = 1_000_000_000; // beyond any model; a larger count is a broken one, and would overflow a bill

    // A record goes 64 deep, and arguments stand six levels below its root once they are handed back: what is deeper than this
    // could be paid for and not be kept.
    private static readonly JsonDocumentOptions s_recordable = new() { MaxDepth = 48 };

    private readonly List<(JsonObject Block, StringBuilder Input, bool Open)> _blocks = [];
    private readonly Dictionary<string, long> _usage = [];
    private string? _id;
    private string? _model;
    private string? _stopReason;

    /// <summary>Whether a reply has begun: from here on it may be billed.</summary>
    public bool Begun => _id is not null;

    /// <summary>Whether the provider said that the reply is whole.</summary>
    public bool Whole { get; private set; }

    /// <summary>Takes the next event.</summary>
    /// <exception cref="JsonException">It does not belong here.</exception>
    public void Take(JsonElement happened)
    {
        try
        {
            Take(JsonObject.Create(happened) ?? throw new JsonException("An event is an object."));
        }
        catch (Exception wrong)
            when (wrong is InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new JsonException($"An event of the reply is malformed: {wrong.Message}", wrong);
        }
    }

    /// <summary>The reply, once it is <see cref="Whole"/>.</summary>
    /// <exception cref="JsonException">It does not say what it used, or why it stopped.</exception>
    public ModelReply Reply()
    {
        if (!Whole || _id is null || _stopReason is null || _blocks.Any(block => block.Open))
        {
            throw new JsonException("The reply ended with something left open.");
        }

        var written = _usage.GetValueOrDefault("cache_creation_input_tokens");
        var hour = _usage.GetValueOrDefault("ephemeral_1h_input_tokens");
        return new ModelReply
        {
            MessageId = _id,
            Model = _model ?? "",
            StopReason = _stopReason,
            Content = [.. _blocks.Select(block => (JsonNode)block.Block)],
            Usage = new TokenUsage(
                Counted("input_tokens"),
                Counted("output_tokens"),
                _usage.GetValueOrDefault("cache_read_input_tokens"),
                Math.Max(written - hour, _usage.GetValueOrDefault("ephemeral_5m_input_tokens")),
                hour
            ),
        };
    }

    private long Counted(string name) =>
        _usage.TryGetValue(name, out var tokens)
            ? tokens
            : throw new JsonException($"The reply does not say its {name}.");

    private void Take(JsonObject happened)
    {
        var type = Word(happened, "type");
        if (Whole || (type == "message_start") == Begun)
        {
            throw new JsonException($"A reply has no {type} at this place.");
        }

        switch (type)
        {
            case "message_start":
                Begin(Inner(happened, "message"));
                break;
            case "content_block_start":
                Open(happened);
                break;
            case "content_block_delta":
                Grow(Place(happened), Inner(happened, "delta"));
                break;
            case "content_block_stop":
                Close(Place(happened));
                break;
            case "message_delta":
                _stopReason = (string?)Inner(happened, "delta")["stop_reason"] ?? _stopReason;
                Use(happened["usage"]);
                break;
            case "message_stop":
                Whole = true;
                break;
            default:
                break; // new kinds of event may come at any time and are to be passed over
        }
    }

    private void Begin(JsonObject message)
    {
        _id = Word(message, "id");
        _model = (string?)message["model"];
        Use(message["usage"]);
    }

    // Counts are cumulative: a later one replaces an earlier one, and one that is left out still holds.
    private void Use(JsonNode? usage)
    {
        foreach (var (name, value) in usage as JsonObject ?? [])
        {
            if (name == "cache_creation")
            {
                Use(value);
            }
            else if (
                value?.GetValueKind() == JsonValueKind.Number
                && name.EndsWith("_tokens", StringComparison.Ordinal)
            )
            {
                var tokens = value.GetValue<long>();
                _usage[name] = tokens is >= 0 and <= MostTokens
                    ? tokens
                    : throw new JsonException($"The reply says {name} {tokens}.");
            }
        }
    }

    private void Open(JsonObject happened)
    {
        var block = Inner(happened, "content_block");
        if (Index(happened) != _blocks.Count)
        {
            throw new JsonException("The blocks of the reply are out of order.");
        }

        Word(block, "type");
        _blocks.Add(((JsonObject)block.DeepClone(), new StringBuilder(), true));
    }

    private void Grow(int place, JsonObject delta)
    {
        var (block, input, _) = _blocks[place];
        switch (Word(delta, "type"))
        {
            case "input_json_delta":
                input.Append(Word(delta, "partial_json"));
                break;
            case "signature_delta":
                block["signature"] = Word(delta, "signature");
                break;
            case "citations_delta":
                if (block["citations"] is not JsonArray)
                {
                    block["citations"] = new JsonArray();
                }

                ((JsonArray)block["citations"]!).Add(delta["citation"]?.DeepClone());
                break;
            default:
                Append(block, delta);
                break;
        }
    }

    // text_delta and thinking_delta name what they lengthen; a kind of delta that is new to us is taken to do the same.
    private static void Append(JsonObject block, JsonObject delta)
    {
        foreach (var (name, value) in delta.Where(property => property.Key != "type"))
        {
            block[name] =
                value?.GetValueKind() == JsonValueKind.String && (string?)block[name] is { } before
                    ? before + (string?)value
                    : value?.DeepClone();
        }
    }

    private void Close(int place)
    {
        var (block, input, _) = _blocks[place];
        if (input.Length > 0)
        {
            block["input"] = Arguments(input.ToString());
        }

        _blocks[place] = (block, input, false);
    }

    // A reply that ran out of tokens leaves its arguments unfinished. The provider takes back nothing but an object, and asks for
    // broken arguments under this name; no tool of ours has such a parameter, so none can take it for a real call.
    private static JsonObject Arguments(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: s_recordable) as JsonObject
                ?? new JsonObject { ["INVALID_JSON"] = json };
        }
        catch (JsonException)
        {
            return new JsonObject { ["INVALID_JSON"] = json };
        }
    }

    private int Place(JsonObject happened) =>
        Index(happened) is var place && place >= 0 && place < _blocks.Count && _blocks[place].Open
            ? place
            : throw new JsonException($"The reply has no open block {place}.");

    private static int Index(JsonObject happened) =>
        happened["index"] is JsonValue value && value.TryGetValue(out int index)
            ? index
            : throw new JsonException("An event of the reply lacks its index.");

    private static JsonObject Inner(JsonObject parent, string name) =>
        parent[name] as JsonObject ?? throw new JsonException($"An event of the reply lacks its {name}.");

    private static string Word(JsonObject parent, string name) =>
        parent[name] is JsonValue value && value.TryGetValue(out string? word)
            ? word
            : throw new JsonException($"An event of the reply lacks its {name}.");
}
