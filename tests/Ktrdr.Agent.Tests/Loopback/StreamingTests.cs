using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Loopback;

namespace Ktrdr.Agent.Tests;

/// <summary>The official package reads the loopback server as it reads the provider.</summary>
public sealed class StreamingTests
{
    private static readonly JsonObject s_input = new() { ["place"] = "Sevilla – la llanura 🌧", ["days"] = 3 };

    [Fact]
    public async Task Words_stream_in_pieces_and_end_with_their_usage()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        var words = "It rained on the plain, and 🌧 on the hills, and then it rained on the plain again.";
        server.Enqueue(Turn.Text(words));

        var events = await package.StreamAsync(RealPackage.Ask());

        Assert.Equal(words, Joined(events, "text_delta", "text"));
        Assert.True(events.Count(happened => Type(happened) == "content_block_delta") > 1);
        Assert.Equal("message_start", Type(events[0]));
        Assert.Equal("message_stop", Type(events[^1]));
        Assert.Equal("end_turn", events[^2].GetProperty("delta").GetProperty("stop_reason").GetString());
        // The rule of the server: four UTF-8 bytes a token, rounded up.
        Assert.Equal(
            (Encoding.UTF8.GetByteCount(words) + 3) / 4,
            events[^2].GetProperty("usage").GetProperty("output_tokens").GetInt64()
        );
    }

    [Fact]
    public async Task A_thought_and_the_use_of_two_tools_arrive_whole()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(
            Turn.ToolUse("forecast", s_input)
                .And(Turn.ToolUse("almanac", []))
                .AfterThinking("Rain comes from the west.")
        );

        var events = await package.StreamAsync(RealPackage.Ask());

        var opened = events.Where(happened => Type(happened) == "content_block_start").ToList();
        Assert.Equal(
            ["thinking", "tool_use", "tool_use"],
            opened.Select(block => block.GetProperty("content_block").GetProperty("type").GetString())
        );
        Assert.Equal("Rain comes from the west.", Joined(events, "thinking_delta", "thinking"));
        var input = events.Where(happened =>
            Type(happened) == "content_block_delta" && happened.GetProperty("index").GetInt32() == 1
        );
        Assert.True(
            JsonNode.DeepEquals(s_input, JsonNode.Parse(Joined([.. input], "input_json_delta", "partial_json")))
        );
        Assert.Equal("tool_use", events[^2].GetProperty("delta").GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task Without_a_stream_the_same_reply_comes_in_one_piece()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("It rained.").And(Turn.ToolUse("forecast", s_input)));

        var message = await package.CreateAsync(RealPackage.Ask());

        var content = message.GetProperty("content");
        Assert.Equal("It rained.", content[0].GetProperty("text").GetString());
        Assert.Equal(3, content[1].GetProperty("input").GetProperty("days").GetInt32());
        Assert.Equal("tool_use", message.GetProperty("stop_reason").GetString());
        Assert.Equal(ExchangeEnd.Whole, server.Bill.Entries.Single().End);
    }

    [Theory]
    [InlineData("end_turn")]
    [InlineData("max_tokens")]
    [InlineData("stop_sequence")]
    [InlineData("tool_use")]
    [InlineData("pause_turn")]
    [InlineData("refusal")]
    [InlineData("model_context_window_exceeded")]
    [InlineData("tea_time")]
    public async Task It_stops_for_whatever_reason_the_script_says(string reason)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("Well.") with { StopReason = reason });

        var events = await package.StreamAsync(RealPackage.Ask());

        Assert.Equal(reason, events[^2].GetProperty("delta").GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task A_reply_longer_than_was_asked_for_is_cut_and_says_so()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("ääääääääääää")); // 24 bytes

        var events = await package.StreamAsync(RealPackage.Ask(maxTokens: 2));

        Assert.Equal("ääää", Joined(events, "text_delta", "text")); // 2 tokens, 8 bytes
        Assert.Equal("max_tokens", events[^2].GetProperty("delta").GetProperty("stop_reason").GetString());
        Assert.Equal(2, events[^2].GetProperty("usage").GetProperty("output_tokens").GetInt64());
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_is_in_nobodys_way()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("It rained.").Failing(new Fault.Strange()));

        var events = await package.StreamAsync(RealPackage.Ask());

        Assert.Equal("It rained.", Joined(events, "text_delta", "text"));
        Assert.Equal(ExchangeEnd.Whole, server.Bill.Entries.Single().End);
    }

    [Fact]
    public async Task The_key_travels_in_its_header_and_nowhere_else()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("It rained."));

        await package.StreamAsync(RealPackage.Ask());

        var request = await server.WaitForRequestAsync(1);
        Assert.DoesNotContain(server.Key, request.Text);
        Assert.Equal(
            $"Bearer {server.Key}",
            Assert.Single(request.Headers.Values, value => value.Contains(server.Key))
        );
    }

    [Fact]
    public async Task It_counts_four_bytes_a_token_and_charges_what_it_counted()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Enqueue(Turn.Text("Yes."));
        // [{"role":"user","content":"Rain?"}] has 35 bytes: 9 tokens.
        var request = RealPackage.Ask("Rain?");

        Assert.Equal(9, await package.CountAsync(request));
        await package.StreamAsync(request);

        // 9 in at $4 and 1 out at $20 for a million: 9 × 4,000 + 1 × 20,000 nano-dollars.
        Assert.Equal(56_000, server.Bill.Total);
        // At most: 9 written to the cache at $5, and 1,000 out.
        Assert.Equal(20_045_000, server.Bill.Entries.Single().Most);
    }

    [Fact]
    public async Task What_is_marked_for_the_cache_is_written_once_and_read_after()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Answer = _ => Turn.Text("Yes.");
        var marked = RealPackage.Ask("Rain?");
        marked["system"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "text",
                ["text"] = new string('s', 8_000),
                ["cache_control"] = new JsonObject { ["type"] = "ephemeral" },
            }
        );

        var first = await package.StreamAsync(marked);
        marked["messages"] = new JsonArray(RealPackage.User("Snow?"));
        var second = await package.StreamAsync(marked);

        var written = Used(first, "cache_creation_input_tokens");
        Assert.True(written >= 2_000);
        Assert.Equal(0, Used(first, "cache_read_input_tokens"));
        Assert.Equal(written, Used(second, "cache_read_input_tokens"));
        Assert.Equal(0, Used(second, "cache_creation_input_tokens"));
        Assert.Equal(Used(first, "input_tokens"), Used(second, "input_tokens"));
    }

    private static long Used(List<JsonElement> events, string what) =>
        events[0].GetProperty("message").GetProperty("usage").GetProperty(what).GetInt64();

    private static string? Type(JsonElement happened) => happened.GetProperty("type").GetString();

    private static string Joined(List<JsonElement> events, string delta, string field) =>
        string.Concat(
            events
                .Where(happened => Type(happened) == "content_block_delta")
                .Select(happened => happened.GetProperty("delta"))
                .Where(piece => piece.GetProperty("type").GetString() == delta)
                .Select(piece => piece.GetProperty(field).GetString())
        );
}
