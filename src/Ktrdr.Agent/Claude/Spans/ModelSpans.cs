using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Operations;

namespace Ktrdr.Agent;

/// <summary>The spans of a conversation with a language model, by the OpenTelemetry conventions for generative AI.</summary>
/// <remarks>There is one for every request that goes out and none for what is read from the record. What was said is in them only where
/// <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c> is true, and the key never: it is in no body.</remarks>
public static class ModelSpans
{
    /// <summary>One request to a language model; the model's name follows.</summary>
    public const string Chat = "chat";

    /// <summary>One tool call of a reply, as it is done; the tool's name follows.</summary>
    public const string Tool = "execute_tool";

    private const string Operation = "gen_ai.operation.name";

    /// <summary>Begins the span of a request that goes out, or returns null when nobody listens.</summary>
    /// <param name="request">The request's body.</param>
    internal static Activity? Ask(JsonObject request)
    {
        var model = (string)request["model"]!;
        if (Tracing.Source.StartActivity($"{Chat} {model}", ActivityKind.Client) is not { } span)
        {
            return null;
        }

        span.SetTag(Operation, Chat);
        span.SetTag("gen_ai.provider.name", "anthropic");
        span.SetTag("gen_ai.request.model", model);
        span.SetTag("gen_ai.request.max_tokens", request["max_tokens"].Deserialize<long>());
        return span;
    }

    /// <summary>Says what came of a request.</summary>
    internal static void Answered(Activity? span, JsonObject request, Answer answer, bool withContent)
    {
        switch (answer)
        {
            case Answer.Answered { Reply: var reply } when span is not null:
                Describe(span, reply);
                if (withContent)
                {
                    MessageContent.Add(span, request, reply);
                }

                break;
            case Answer.NotBilled refused:
                Failed(span, refused.Status is { } status ? $"{status}" : refused.Kind);
                break;
            case Answer.Unknown unknown:
                Failed(span, unknown.Kind);
                break;
        }
    }

    /// <summary>Begins the span of a tool call, or returns null when nobody listens.</summary>
    /// <param name="call">The call as the model wrote it.</param>
    /// <param name="offered">The tools there are: any other name is the model's invention, and no name for a span.</param>
    internal static Activity? Call(ToolCall call, Func<JsonArray> offered)
    {
        if (!Tracing.Source.HasListeners())
        {
            return null;
        }

        var name = offered().Any(tool => (string?)tool?["name"] == call.Tool) ? call.Tool : "unknown";
        var span = Tracing.Begin($"{Tool} {name}");
        span?.SetTag(Operation, Tool);
        span?.SetTag("gen_ai.tool.name", name);
        span?.SetTag("gen_ai.tool.type", "function");
        span?.SetTag("gen_ai.tool.call.id", call.Id);
        return span;
    }

    /// <summary>Says that a request or a call failed, in one of few words.</summary>
    internal static void Failed(Activity? span, string kind)
    {
        span?.SetTag("error.type", kind);
        span?.SetStatus(ActivityStatusCode.Error, kind);
    }

    private static void Describe(Activity span, ModelReply reply)
    {
        var usage = reply.Usage;
        span.SetTag("gen_ai.response.id", reply.MessageId);
        span.SetTag("gen_ai.response.model", reply.Model);
        span.SetTag("gen_ai.response.finish_reasons", new[] { reply.StopReason });
        // The whole prompt, as the conventions want it: what was read from the cache and written to it is part of it.
        span.SetTag("gen_ai.usage.input_tokens", usage.Prompt);
        span.SetTag("gen_ai.usage.output_tokens", usage.Output);
        span.SetTag("gen_ai.usage.cache_read.input_tokens", usage.CacheRead);
        span.SetTag("gen_ai.usage.cache_creation.input_tokens", usage.CacheWrite5Minutes + usage.CacheWrite1Hour);
    }
}
