using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic.Exceptions;
using Ktrdr.Loopback;

namespace Ktrdr.Agent.Tests;

/// <summary>The loopback server refuses what the provider refuses, so that a mistake of ours does not wait for the first key.</summary>
public sealed class RuleTests
{
    private static readonly Dictionary<string, (int Status, string Type, Action<JsonObject> Spoil)> s_mistakes = new()
    {
        ["an unknown model"] = (404, "not_found_error", ask => ask["model"] = "claude-nonsuch-1"),
        ["no room for a reply"] = Invalid(ask => ask["max_tokens"] = 0),
        ["no messages"] = Invalid(ask => ask["messages"] = new JsonArray()),
        ["a first word by the assistant"] = Invalid(ask =>
            ask["messages"] = new JsonArray(RealPackage.Assistant("Hello."))
        ),
        ["a prefill"] = Invalid(ask => ask["messages"]!.AsArray().Add(RealPackage.Assistant("It rained"))),
        ["two turns of the user"] = Invalid(ask => ask["messages"]!.AsArray().Add(RealPackage.User("And where?"))),
        ["an empty text"] = Invalid(ask => ask["messages"] = new JsonArray(RealPackage.User(""))),
        ["a temperature"] = Invalid(ask => ask["temperature"] = 0.2),
        ["a top_p"] = Invalid(ask => ask["top_p"] = 0.9),
        ["a top_k"] = Invalid(ask => ask["top_k"] = 5),
        ["a forced tool"] = Invalid(ask =>
        {
            ask["tools"] = new JsonArray(RealPackage.Tool("forecast", []));
            ask["tool_choice"] = new JsonObject { ["type"] = "tool", ["name"] = "forecast" };
        }),
        ["thinking switched off"] = Invalid(ask => ask["thinking"] = new JsonObject { ["type"] = "disabled" }),
        ["a budget for thinking"] = Invalid(ask =>
            ask["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = 2_000 }
        ),
        ["an unknown field"] = Invalid(ask => ask["weather"] = "fine"),
        ["a tool of a strange name"] = Invalid(ask => ask["tools"] = new JsonArray(RealPackage.Tool("fore cast", []))),
        ["two tools of one name"] = Invalid(ask =>
            ask["tools"] = new JsonArray(RealPackage.Tool("forecast", []), RealPackage.Tool("forecast", []))
        ),
        ["a strict tool with a bound"] = Invalid(ask =>
            ask["tools"] = new JsonArray(
                RealPackage.Tool(
                    "forecast",
                    new JsonObject
                    {
                        ["days"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                    },
                    strict: true
                )
            )
        ),
        ["a strict tool that is open inside"] = Invalid(ask =>
            ask["tools"] = new JsonArray(
                RealPackage.Tool(
                    "forecast",
                    new JsonObject { ["place"] = new JsonObject { ["type"] = "object" } },
                    strict: true
                )
            )
        ),
        ["five marks for the cache"] = Invalid(ask =>
            ask["system"] = new JsonArray([
                .. Enumerable
                    .Range(0, 5)
                    .Select(_ => new JsonObject
                    {
                        ["type"] = "text",
                        ["text"] = "Be brief.",
                        ["cache_control"] = new JsonObject { ["type"] = "ephemeral" },
                    }),
            ])
        ),
    };

    public static TheoryData<string> Mistakes => [.. s_mistakes.Keys];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_refused_in_the_providers_envelope_and_costs_nothing(string mistake)
    {
        var (status, type, spoil) = s_mistakes[mistake];
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        server.Answer = _ => Turn.Text("It rained.");
        var ask = RealPackage.Ask();
        spoil(ask);

        var refused = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => package.StreamAsync(ask));

        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Equal(
            type,
            JsonElement.Parse(refused.ResponseBody).GetProperty("error").GetProperty("type").GetString()
        );
        Assert.Equal(0, server.Bill.Total);
    }

    [Fact]
    public async Task A_foreign_key_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server, key: "sk-ant-somebody-elses");
        server.Enqueue(Turn.Text("It rained."));

        var refused = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => package.StreamAsync(RealPackage.Ask()));

        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Contains("authentication_error", refused.ResponseBody);
    }

    [Fact]
    public async Task A_conversation_handed_back_as_it_was_goes_on()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        var ask = await UsingAToolAsync(server, package);
        ask["messages"]!.AsArray().Add(Result(ask));
        server.Enqueue(Turn.Text("It rained on the plain."));

        var message = await package.CreateAsync(ask);

        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task A_use_of_a_tool_without_its_result_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        var ask = await UsingAToolAsync(server, package);
        ask["messages"]!.AsArray().Add(RealPackage.User("Never mind the forecast."));

        await AssertRefused(package, ask, "were found without `tool_result` blocks");
    }

    [Fact]
    public async Task A_thought_that_was_changed_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        var ask = await UsingAToolAsync(server, package);
        ask["messages"]!.AsArray().Add(Result(ask));
        ask["messages"]![1]!["content"]![0]!["thinking"] = "Rain comes from the east.";

        await AssertRefused(package, ask, "cannot be modified");
    }

    [Fact]
    public async Task A_thought_that_was_left_out_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var package = new RealPackage(server);
        var ask = await UsingAToolAsync(server, package);
        ask["messages"]!.AsArray().Add(Result(ask));
        ask["messages"]![1]!["content"]!.AsArray().RemoveAt(0);

        await AssertRefused(package, ask, "Expected `thinking`");
    }

    [Fact]
    public async Task A_model_is_sold_from_its_first_day_on()
    {
        var ask = RealPackage.Ask();
        ask["model"] = "claude-haiku-5-5";
        foreach (var (day, sold) in new[] { ("2026-10-06", false), ("2026-10-07", true) })
        {
            await using var server = await LoopbackServer.StartAsync(
                new LoopbackOptions { Clock = new Stopped(DateTimeOffset.Parse(day + "T12:00Z")) }
            );
            using var package = new RealPackage(server);
            server.Enqueue(Turn.Text("It rained."));

            var failed = await Record.ExceptionAsync(() => package.StreamAsync(ask));

            Assert.Equal(sold, failed is null);
        }
    }

    private sealed class Stopped(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }

    private static async Task<JsonObject> UsingAToolAsync(LoopbackServer server, RealPackage package)
    {
        server.Enqueue(Turn.ToolUse("forecast", []).AfterThinking("Rain comes from the west."));
        var ask = RealPackage.Ask();
        ask["tools"] = new JsonArray(RealPackage.Tool("forecast", []));
        var message = await package.CreateAsync(ask);
        ask["messages"]!
            .AsArray()
            .Add(RealPackage.Assistant(JsonNode.Parse(message.GetProperty("content").GetRawText())!));
        return ask;
    }

    private static JsonObject Result(JsonObject ask) =>
        RealPackage.User(
            new JsonArray(
                new JsonObject
                {
                    ["type"] = "tool_result",
                    ["tool_use_id"] = (string?)ask["messages"]![1]!["content"]!.AsArray()[^1]!["id"],
                    ["content"] = "Rain.",
                }
            )
        );

    private static async Task AssertRefused(RealPackage package, JsonObject ask, string words)
    {
        var refused = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => package.CreateAsync(ask));
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains(words, refused.ResponseBody);
    }

    private static (int, string, Action<JsonObject>) Invalid(Action<JsonObject> spoil) =>
        (400, "invalid_request_error", spoil);
}
