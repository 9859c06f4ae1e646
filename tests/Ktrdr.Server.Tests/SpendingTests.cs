using System.Text.Json;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Server.Tests;

/// <summary>What language models cost, told before, during and after.</summary>
public sealed class SpendingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_calls_of_a_cycle_add_up_to_the_bill_and_what_was_said_can_be_read()
    {
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Named("good").Begin();
        await using var server = await RunningServer.StartWithAsync(claude);
        var cycle = await server.Client.TriggerAsync(new TriggerRequest { Seed = 1, BypassGates = true }, Cancellation);
        await server.Client.WaitAsync(cycle.OperationId, Cancellation);

        var budget = await server.Client.BudgetAsync(Cancellation);
        var calls = await server.Client.CallsAsync(new CallFilter(budget.Date, cycle.OperationId), Cancellation);

        Assert.Equal(["assessing", "designing"], calls.Data.Select(call => call.Phase));
        Assert.All(calls.Data, call => Assert.Equal(("settled", "claude-opus-5-5"), (call.Outcome, call.Model)));
        Assert.All(calls.Data, call => Assert.InRange(call.OutputTokens, 1, long.MaxValue));
        // The loopback server counts its bill itself, in billionths of a dollar.
        Assert.Equal(claude.Bill.Total, (long)(calls.Data.Sum(call => call.Settled!.Value) * 1_000_000_000m));
        Assert.Equal(budget.Settled, calls.Data.Sum(call => call.Settled));
        Assert.Empty((await server.Client.CallsAsync(new CallFilter(budget.Date.AddDays(-1)), Cancellation)).Data);
        Assert.Empty((await server.Client.CallsAsync(new CallFilter(Cycle: "op_gone"), Cancellation)).Data);

        var exchanges = await server.Client.ExchangesAsync(cycle.OperationId, Cancellation);
        Assert.Equal(["designing", "assessing"], exchanges.Select(exchange => exchange.Phase));
        Assert.Equal("exchange-1", exchanges[0].Name);
        Assert.Equal(
            claude.Messages.Select(message => (string?)message.Body["system"]?.ToJsonString()),
            exchanges.Select(exchange =>
                System
                    .Text.Json.Nodes.JsonNode.Parse(exchange.Request.GetProperty("system").GetRawText())!
                    .ToJsonString()
            )
        );
        Assert.All(
            exchanges,
            exchange => Assert.Equal("tool_use", exchange.Reply.GetProperty("stop_reason").GetString())
        );
        Assert.DoesNotContain(claude.Key, JsonSerializer.Serialize(exchanges), StringComparison.Ordinal);
        var asked = claude.Requests.Count;
        await server.Client.ExchangesAsync(cycle.OperationId, Cancellation);
        await server.Client.CallsAsync(new CallFilter(), Cancellation);
        await server.Client.ModelsAsync(Cancellation);
        Assert.Equal(asked, claude.Requests.Count);
    }

    [Fact]
    public async Task An_estimate_sends_no_prompt_starts_nothing_and_spends_nothing()
    {
        await using var claude = await LoopbackServer.StartAsync();
        await using var server = await RunningServer.StartWithAsync(claude, ("AGENT_DAILY_BUDGET", "0.1"));

        var estimate = await server.Client.EstimateAsync(new TriggerRequest { Model = "sonnet" }, Cancellation);

        Assert.Equal("claude-sonnet-5-5", estimate.Model);
        Assert.InRange(estimate.DesignTokens, 1, 8_000);
        Assert.InRange(estimate.AssessmentTokens, 1, 4_000);
        Assert.InRange(estimate.MostDollars, estimate.OneRoundDollars, 100);
        // $0.15 are held back at a start, and $0.10 are left.
        Assert.Equal((0.15m, 0.1m, false), (estimate.CycleEstimate, estimate.Remaining, estimate.Affordable));
        Assert.Empty(claude.Messages);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(server.Home, "data")));
        Assert.Empty((await server.Client.ListOperationsAsync(new OperationFilter(), Cancellation)).Data);
        Assert.Empty((await server.Client.CallsAsync(new CallFilter(), Cancellation)).Data);

        var (status, problem) = await server.SendAsync(HttpMethod.Post, "/api/v1/agent/trigger");
        Assert.Equal((429, "budget_exhausted"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal("budget_exhausted", problem.GetProperty("reason").GetString());
        Assert.False(problem.GetProperty("triggered").GetBoolean());
        Assert.Empty(claude.Messages);

        // Now the sample is in the home, and the estimate was of the very prompt that it leads to.
        Assert.True(File.Exists(Path.Combine(server.Home, "data", "SAMPLE_1h.csv")));
        Assert.Equal(
            estimate,
            await server.Client.EstimateAsync(new TriggerRequest { Model = "sonnet" }, Cancellation)
        );
    }

    [Fact]
    public async Task A_cycle_without_a_language_model_is_estimated_at_nothing()
    {
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "local"),
            ("AGENT_DAILY_BUDGET", "0")
        );
        var estimate = await server.Client.EstimateAsync(new TriggerRequest(), Cancellation);

        Assert.Equal(
            ("local", "none", 0m, 0m, true),
            (estimate.Model, estimate.CountedBy, estimate.MostDollars, estimate.CycleEstimate, estimate.Affordable)
        );
    }

    [Fact]
    public async Task Without_a_key_the_refusal_names_the_variable()
    {
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", "")
        );
        foreach (var path in (string[])["trigger", "estimate"])
        {
            var (status, problem) = await server.SendAsync(
                HttpMethod.Post,
                $"/api/v1/agent/{path}",
                """{"named": true}"""
            );
            Assert.Equal((422, "no_api_key"), (status, problem.GetProperty("code").GetString()));
            Assert.Contains("ANTHROPIC_API_KEY", problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task The_price_list_has_every_model_the_configured_one_first()
    {
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "local"),
            ("AGENT_MODEL", "sonnet")
        );
        var text = await server.Http.GetStringAsync("/api/v1/models", Cancellation);
        var models = await server.Client.ModelsAsync(Cancellation);

        Assert.Equal(("claude-sonnet-5-5", true), (models[0].Id, models[0].Default));
        var opus = models.Single(model => model.Aliases.Contains("opus"));
        var band = Assert.Single(opus.Bands);
        // The provider's list: $4 in, $20 out, $5 and $8 to write to the cache, $0.20 to read from it.
        Assert.Equal(
            (4m, 20m, 5m, 8m, 0.2m),
            (band.Input, band.Output, band.CacheWrite5Minutes, band.CacheWrite1Hour, band.CacheRead)
        );
        Assert.Contains("\"cache_write_5_minutes\":5.000000000,", text);
    }

    [Theory]
    [InlineData("day=yesterday", "invalid_value", "yesterday")]
    [InlineData("day=2026-13-01", "invalid_value", "2026-13-01")]
    [InlineData("date=2026-01-01", "unknown_query_key", "date")]
    public async Task A_day_that_is_none_is_refused(string query, string code, string told)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(HttpMethod.Get, $"/api/v1/agent/budget/calls?{query}");
        Assert.Equal((400, code), (status, problem.GetProperty("code").GetString()));
        Assert.Contains(told, problem.GetProperty("detail").GetString());
    }
}
