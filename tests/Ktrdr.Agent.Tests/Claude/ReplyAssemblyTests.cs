using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>A reply is put together from its events, and handed back as it came.</summary>
public sealed class ReplyAssemblyTests
{
    private const string Start =
        """{"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":10,"cache_creation_input_tokens":7,"cache_read_input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":2},"output_tokens":1}}}""";

    private const string Delta =
        """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42}}""";

    private const string Stop = """{"type":"message_stop"}""";

    [Fact]
    public void Counts_are_cumulative_and_those_left_out_still_hold() =>
        Assert.Equal(new TokenUsage(10, 42, 3, 5, 2), Reply(Start, Delta, Stop).Usage);

    [Fact]
    public void A_cache_write_of_unsaid_length_is_one_of_five_minutes() =>
        Assert.Equal(
            new TokenUsage(1, 42, 0, 9),
            Reply(
                """{"type":"message_start","message":{"id":"a","usage":{"input_tokens":1,"cache_creation_input_tokens":9}}}""",
                Delta,
                Stop
            ).Usage
        );

    [Fact]
    public void An_event_that_says_the_same_thing_twice_is_malformed() =>
        Assert.Throws<JsonException>(() => Reply("""{"type":"ping","type":"message_start"}"""));

    [Fact]
    public void A_block_nobody_knows_is_kept_as_it_came() =>
        Assert.Equal(
            """[{"type":"redacted_thinking","data":"xyz"},{"type":"novelty","parts":[1],"word":"ab","more":{"x":null}}]""",
            Reply(
                Start,
                """{"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"xyz"}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"novelty","parts":[1],"word":"a"}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"novelty_delta","word":"b","more":{"x":null}}}""",
                """{"type":"content_block_stop","index":1}""",
                Delta,
                Stop
            )
                .Content.ToJsonString()
        );

    [Fact]
    public void Thoughts_come_back_with_their_signature_and_texts_with_their_citations() =>
        Assert.Equal(
            """[{"type":"thinking","thinking":"one two","signature":"S=="},{"type":"text","text":"x","citations":[{"n":1},{"n":2}]}]""",
            Reply(
                Start,
                """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"one "}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"two"}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"S=="}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"x"}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"n":1}}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"n":2}}}""",
                """{"type":"content_block_stop","index":1}""",
                Delta,
                Stop
            )
                .Content.ToJsonString(
                    new JsonSerializerOptions
                    {
                        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                    }
                )
        );

    [Theory]
    [InlineData("""{\"a\":1}""", """{"a":1}""")]
    [InlineData("", "{}")]
    [InlineData("""{\"a\":""", """{"INVALID_JSON":"{\u0022a\u0022:"}""")]
    [InlineData("[1]", """{"INVALID_JSON":"[1]"}""")]
    public void Arguments_are_an_object_or_marked_as_broken(string streamed, string input) =>
        Assert.Equal(
            input,
            Reply(
                Start,
                """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}""",
                $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{{{streamed}}}"}}""",
                """{"type":"content_block_stop","index":0}""",
                Delta,
                Stop
            ).Content[0]!["input"]!.ToJsonString()
        );

    [Theory]
    [InlineData(Delta)]
    [InlineData(Start, Start)]
    [InlineData(Start, Stop)]
    [InlineData(Start, """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""")]
    [InlineData(Start, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}""")]
    [InlineData(
        Start,
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        Delta,
        Stop
    )]
    [InlineData("""{"type":"message_start","message":{"id":"a","usage":{"input_tokens":-1}}}""")]
    [InlineData("""{"type":"message_start","message":{"id":"a","usage":{"input_tokens":9223372036854775807}}}""")]
    [InlineData("""{"type":"message_start","message":{"id":"a","usage":{"input_tokens":1.5}}}""")]
    [InlineData("""{"type":"message_start","message":{"id":"a"}}""", Delta, Stop)]
    [InlineData("""{"type":"message_start","message":{"id":7}}""")]
    [InlineData("""{"type":"message_start","message":[]}""")]
    [InlineData("""[]""")]
    [InlineData(Start, """{"type":"content_block_stop"}""")]
    public void What_does_not_fit_together_is_no_reply(params string[] events) =>
        Assert.ThrowsAny<JsonException>(() => Reply(events));

    private static ModelReply Reply(params string[] events)
    {
        var assembly = new ReplyAssembly();
        foreach (var happened in events)
        {
            assembly.Take(JsonDocument.Parse(happened).RootElement);
        }

        return assembly.Reply();
    }
}
