using System.Text.Json.Nodes;

namespace Ktrdr.Loopback;

/// <summary>What the provider asks of a request's body.</summary>
/// <remarks>Stricter than any single model where models differ: what passes here passes with the newest.</remarks>
internal static class RequestRules
{
    private const long MostOutput = 128_000;

    private static readonly string[] s_counted =
    [
        "model",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "cache_control",
    ];

    private static readonly string[] s_known =
    [
        .. s_counted,
        "max_tokens",
        "stream",
        "stop_sequences",
        "metadata",
        "service_tier",
        "temperature",
        "top_p",
        "top_k",
    ];

    /// <summary>Refuses a request to count tokens that the provider would refuse.</summary>
    public static void CheckCount(ReceivedRequest request, DateOnly day) => Check(request, day, s_counted);

    /// <summary>Refuses a request for a message that the provider would refuse.</summary>
    public static void CheckMessage(ReceivedRequest request, DateOnly day)
    {
        Check(request, day, s_known);
        if (request.Body["max_tokens"] is not JsonValue value || !value.TryGetValue<long>(out var tokens))
        {
            throw RefusedException.Invalid("max_tokens: Field required");
        }

        Require(tokens >= 1, "max_tokens: Input should be greater than or equal to 1");
        Require(
            tokens <= MostOutput,
            $"max_tokens: {tokens} > {MostOutput}, which is the maximum allowed number of output tokens"
        );
    }

    private static void Check(ReceivedRequest request, DateOnly day, string[] known)
    {
        var body = request.Body;
        Require(body.Count > 0, "The request body is not valid JSON");
        if (body.FirstOrDefault(field => !known.Contains(field.Key)).Key is { } unknown)
        {
            throw RefusedException.Invalid($"{unknown}: Extra inputs are not permitted");
        }

        Require(request.Model is not null, "model: Field required");
        if (!Prices.Sells(request.Model!, day))
        {
            throw new RefusedException(404, "not_found_error", $"model: {request.Model}");
        }

        CheckSampling(body);
        CheckThinking(body, request.Model!);
        ConversationRules.Check(body["messages"] as JsonArray);
        ToolRules.Check(body["tools"] as JsonArray ?? []);
        CheckCacheMarks(body);
    }

    private static void CheckSampling(JsonObject body)
    {
        foreach (var name in (string[])["temperature", "top_p"])
        {
            Require(
                body[name] is null || body[name]!.ToJsonString() is "1" or "1.0",
                $"`{name}` may only be set to its default of 1 for this model."
            );
        }

        Require(body["top_k"] is null, "`top_k` is not supported for this model.");
        Require(
            body["tool_choice"] is not { } choice || (string?)choice["type"] is "auto" or "none",
            "tool_choice: forcing tool use is not supported for this model; only `auto` and `none` are."
        );
    }

    private static void CheckThinking(JsonObject body, string model)
    {
        if ((string?)body["thinking"]?["type"] is not { } type)
        {
            return;
        }

        Require(
            type == "adaptive" || (type == "between_tools" && model == "claude-sonnet-5-5"),
            $"\"thinking.type.{type}\" is not supported for this model. Use \"thinking.type.adaptive\"."
        );
    }

    private static void CheckCacheMarks(JsonObject body)
    {
        var marks = Marks(body).ToList();
        Require(marks.Count <= 4, $"A maximum of 4 blocks with cache_control may be provided. Found {marks.Count}.");
        Require(
            marks.TrueForAll(mark =>
                (string?)mark["type"] == "ephemeral" && (string?)mark["ttl"] is null or "5m" or "1h"
            ),
            "cache_control: Input should be of type 'ephemeral' with a ttl of '5m' or '1h'"
        );
    }

    private static IEnumerable<JsonNode> Marks(JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.SelectMany(field =>
                field is { Key: "cache_control", Value: { } mark } ? [mark]
                // What a tool is given or takes may have a field of any name.
                : field.Key is "input" or "input_schema" ? []
                : Marks(field.Value)
            ),
            JsonArray items => items.SelectMany(Marks),
            _ => [],
        };

    internal static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw RefusedException.Invalid(message);
        }
    }
}
