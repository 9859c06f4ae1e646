using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>Starting a cycle: who does it, what it holds back, and in which order it is refused.</summary>
public sealed class TriggerTests : IDisposable
{
    private static readonly TriggerRequest s_any = new() { Seed = 1, BypassGates = true };

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ktrdr-research-");
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_cycle_with_a_key_is_Claudes_and_says_so()
    {
        await using var laboratory = await OpenAsync(new PlayedClaude(Drafts.Rsi("first", 14)));

        var cycle = await laboratory.RunAsync(s_any with { Named = true });

        Assert.Equal(OperationStatus.Completed, cycle.Status);
        Assert.Equal("claude-opus-5-5", (string?)cycle.Metadata["model"]);
        Assert.True((bool?)cycle.Metadata["named"]);
        Assert.Equal("anthropic", cycle.Order.GetProperty("provider").GetString());
        Assert.True(cycle.Order.GetProperty("named").GetBoolean());
    }

    [Fact]
    public async Task A_live_cycle_holds_the_estimate_back_and_what_it_did_not_spend_is_free_again()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14)) { Before = (_, token) => _answer.Task.WaitAsync(token) };
        await using var laboratory = await OpenAsync(claude);

        var cycle = await laboratory.StartAsync(s_any);
        var live = await laboratory.Desk.BudgetAsync(Token);
        _answer.SetResult();
        await laboratory.EndOf(cycle);
        var idle = await laboratory.Desk.BudgetAsync(Token);

        Assert.Equal((5m, 0m, 0.15m, 4.85m), (live.DailyLimit, live.Settled, live.Reserved, live.Remaining));
        Assert.Equal(32, live.CyclesAffordable); // 4.85 / 0.15 = 32.3
        Assert.Equal((0m, 0m, 5m), (idle.Settled, idle.Reserved, idle.Remaining));
        Assert.Equal(33, idle.CyclesAffordable);
        Assert.Equal((0m, 0), (idle.PerCycleMean, idle.SpendEvents));
    }

    [Fact]
    public async Task A_day_that_leaves_less_than_a_cycle_holds_refuses_it_with_figures_and_starts_nothing()
    {
        await using var laboratory = await OpenAsync(new PlayedClaude(), "AGENT_DAILY_BUDGET=0.10");

        var refusal = await laboratory.RefusedAsync(s_any);

        var tomorrow = (await laboratory.Desk.BudgetAsync(Token)).Date.AddDays(1);
        Assert.Equal("budget_exhausted", refusal.Code);
        Assert.Equal(
            $"A cycle holds back $0.15, and today's limit of $0.10 leaves $0.10: $0.00 settled, $0.00 reserved. It resets at {tomorrow:yyyy-MM-dd} 00:00 UTC.",
            refusal.Message
        );
        Assert.Contains("AGENT_DAILY_BUDGET", refusal.Next, StringComparison.Ordinal);
        Assert.Contains("ktrdr agent budget", refusal.Next, StringComparison.Ordinal);
        Assert.Empty((await laboratory.Operations.ListAsync(new OperationQuery(), Token)).Operations);
    }

    [Theory]
    [InlineData("AGENT_PROVIDER=scripted", "scripted")]
    [InlineData("USE_STUB_WORKERS=true", "scripted")]
    [InlineData("AGENT_PROVIDER=local", "local")]
    [InlineData("ANTHROPIC_API_KEY=", "local")]
    public async Task What_costs_nothing_is_not_refused_where_nothing_may_be_spent(string setting, string model)
    {
        await using var laboratory = await OpenAsync(
            new PlayedClaude(),
            "AGENT_DAILY_BUDGET=0",
            "STUB_WORKER_DELAY=0",
            setting
        );

        var cycle = await laboratory.StartAsync(s_any);
        var budget = await laboratory.Desk.BudgetAsync(Token);
        await laboratory.Operations.CancelAsync(cycle.Id, "seen enough", Token);
        await laboratory.EndOf(cycle);

        Assert.Equal(model, (string?)cycle.Metadata["model"]);
        Assert.Equal((0m, 0m, 0m), (budget.DailyLimit, budget.Reserved, budget.Remaining));
        Assert.Equal(0, budget.CyclesAffordable);
    }

    [Fact]
    public async Task A_cycle_that_brings_its_strategy_still_pays_for_its_assessment_and_so_holds_too()
    {
        await using (var first = await OpenAsync(new PlayedClaude(Drafts.Rsi("mine", 14))))
        {
            await first.RunAsync(s_any);
        }

        var claude = new PlayedClaude { BeforeAssessing = (_, token) => _answer.Task.WaitAsync(token) };
        await using var laboratory = await OpenAsync(claude);
        var cycle = await laboratory.StartAsync(s_any with { Strategy = "mine" });
        var live = await laboratory.Desk.BudgetAsync(Token);
        _answer.SetResult();
        await laboratory.EndOf(cycle);

        Assert.Equal(0.15m, live.Reserved);
    }

    [Fact]
    public async Task A_cycle_that_brings_its_strategy_tries_what_it_was_when_asked_for_and_needs_no_file()
    {
        await using var laboratory = await OpenAsync(new PlayedClaude(Drafts.Rsi("mine", 14)), "AGENT_DAILY_BUDGET=9");
        await laboratory.RunAsync(s_any);
        var file = Path.Combine(_home.FullName, "strategies", "mine.yaml");
        var asked = await laboratory.RunAsync(s_any with { Strategy = "mine" });
        var identity = asked.Order.GetProperty("strategy_identity").GetString()!;
        Assert.Equal("mine", (await laboratory.Strategies.GetAsync(identity, Token)).Name);

        // As it is where the cycle runs in another home, or as an older program had recorded it.
        File.Delete(file);
        var order = asked.Order.Deserialize<CycleOrder>(OperationJson.Options)!;
        var elsewhere = await RunAsync(order);
        var older = await RunAsync(order with { StrategyIdentity = null });

        Assert.Equal(OperationStatus.Completed, elsewhere.Status);
        Assert.Equal(OperationStatus.Failed, older.Status);
        Assert.Contains("there is no file strategies/mine.yaml", older.Error!.Message, StringComparison.Ordinal);
        Assert.False(older.Order.TryGetProperty("strategy_identity", out _));

        async Task<Operation> RunAsync(CycleOrder recorded) =>
            await laboratory.EndOf(
                Assert
                    .IsType<StartResult.Started>(
                        await laboratory.Operations.StartAsync(
                            new StartRequest<CycleOrder>
                            {
                                Type = OperationTypes.Cycle,
                                Order = recorded,
                                Seed = 1,
                            },
                            Token
                        )
                    )
                    .Operation
            );
    }

    [Fact]
    public async Task Cycles_that_run_beside_each_other_never_hold_more_than_the_day_has()
    {
        // $0.40 pays for two cycles of $0.15, though eight may be live.
        var claude = new PlayedClaude { Before = (_, token) => _answer.Task.WaitAsync(token) };
        await using var laboratory = await OpenAsync(
            claude,
            "AGENT_MAX_CONCURRENT_RESEARCHES=8",
            "AGENT_DAILY_BUDGET=0.40"
        );

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => laboratory.Desk.TriggerAsync(s_any, Token), Token))
        );
        var budget = await laboratory.Desk.BudgetAsync(Token);

        var started = outcomes.OfType<StartOutcome.Started>().Select(outcome => outcome.Operation).ToList();
        Assert.Equal(2, started.Count);
        Assert.All(
            outcomes.OfType<StartOutcome.Refused>(),
            outcome => Assert.Equal("budget_exhausted", outcome.Refusal.Code)
        );
        Assert.Equal((0.30m, 0.10m), (budget.Reserved, budget.Remaining));
        foreach (var cycle in started)
        {
            await laboratory.Operations.CancelAsync(cycle.Id, null, Token);
            await laboratory.EndOf(cycle);
        }
    }

    [Fact]
    public async Task Without_a_limit_nothing_is_refused_and_nothing_is_left_to_count()
    {
        await using var laboratory = await OpenAsync(
            new PlayedClaude(Drafts.Rsi("first", 14)),
            "AGENT_DAILY_BUDGET=unlimited",
            "AGENT_CYCLE_ESTIMATE=1000"
        );

        var cycle = await laboratory.RunAsync(s_any);
        var budget = await laboratory.Desk.BudgetAsync(Token);

        Assert.Equal(OperationStatus.Completed, cycle.Status);
        Assert.Null(budget.DailyLimit);
        Assert.Null(budget.Remaining);
        Assert.Null(budget.CyclesAffordable);
    }

    [Fact]
    public async Task What_a_cycle_bought_is_on_the_bill_call_by_call_and_in_its_mean()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("second", 9)) { Before = BuyAsync };
        await using var laboratory = await OpenAsync(claude);

        var first = await laboratory.RunAsync(s_any);
        await laboratory.RunAsync(s_any);
        var budget = await laboratory.Desk.BudgetAsync(Token);
        var calls = await laboratory.Desk.CallsAsync(budget.Date, Token);

        // Two cycles of one purchase each, of 0.020000001 dollars.
        Assert.Equal((0.040000002m, 0m, 4.959999998m), (budget.Settled, budget.Reserved, budget.Remaining));
        Assert.Equal((0.020000001m, 2), (budget.PerCycleMean, budget.SpendEvents));
        Assert.Equal(2, calls.Count);
        Assert.Equal(first.Id, calls[1].CycleId);
        Assert.Equal((string?)first.Metadata["design_op_id"], calls[1].OperationId);
        Assert.Equal(
            ("exchange-1/attempt-1", "designing", "claude-opus-5-5", "settled"),
            (calls[1].Key, calls[1].Phase, calls[1].Model, calls[1].Outcome)
        );
        Assert.Equal(
            (1_000L, 200L, 30L, 4L),
            (calls[1].InputTokens, calls[1].OutputTokens, calls[1].CacheReadTokens, calls[1].CacheWriteTokens)
        );
        Assert.Equal(
            (Money.FromDollars(0.05m), Money.FromDollars(0.020000001m)),
            (calls[1].Reserved, calls[1].Settled)
        );
        Assert.Empty(await laboratory.Desk.CallsAsync(budget.Date.AddDays(-1), Token));
    }

    [Fact]
    public async Task A_live_cycle_comes_first_then_the_request_then_the_model_then_the_market_then_the_money()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14)) { Before = (_, token) => _answer.Task.WaitAsync(token) };
        await using var laboratory = await OpenAsync(claude, "AGENT_DAILY_BUDGET=0.15");
        var wrong = new TriggerRequest
        {
            Seed = -1,
            Model = "gpt",
            Symbol = "NOWHERE",
        };

        var cycle = await laboratory.StartAsync(s_any);
        var live = await laboratory.RefusedAsync(wrong);
        _answer.SetResult();
        await laboratory.EndOf(cycle);
        await using var spent = await ReopenAsync(laboratory, "AGENT_DAILY_BUDGET=0");

        Assert.Equal(("active_cycle_exists", cycle.Id), (live.Code, live.OperationId));
        Assert.Equal("invalid_request", (await spent.RefusedAsync(wrong)).Code);
        Assert.Equal("unknown_model", (await spent.RefusedAsync(wrong with { Seed = 1 })).Code);
        Assert.Equal("unknown_dataset", (await spent.RefusedAsync(wrong with { Seed = 1, Model = null })).Code);
        Assert.Equal("budget_exhausted", (await spent.RefusedAsync(s_any)).Code);
    }

    [Fact]
    public async Task Claude_without_a_key_is_refused_with_the_name_of_the_variable()
    {
        await using var laboratory = await OpenAsync(
            new PlayedClaude(),
            "AGENT_PROVIDER=anthropic",
            "ANTHROPIC_API_KEY="
        );

        var refusal = await laboratory.RefusedAsync(s_any);

        Assert.Equal("no_api_key", refusal.Code);
        Assert.Contains("ANTHROPIC_API_KEY", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cost_of_a_cycle_of_the_built_in_designer_is_nothing_and_what_is_refused_has_none()
    {
        await using var laboratory = await OpenAsync(new PlayedClaude());

        var free = await laboratory.Desk.EstimateAsync(s_any with { Model = "local" }, Token);
        var unknown = await laboratory.Desk.EstimateAsync(s_any with { Model = "gpt" }, Token);

        var estimate = Assert.IsType<EstimateOutcome.Estimated>(free).Estimate;
        Assert.Equal(("local", "none", Money.Zero), (estimate.Model, estimate.CountedBy, estimate.Most));
        Assert.Equal("unknown_model", Assert.IsType<EstimateOutcome.Refused>(unknown).Refusal.Code);
        Assert.Empty((await laboratory.Operations.ListAsync(new OperationQuery(), Token)).Operations);
    }

    private Task<Laboratory> OpenAsync(PlayedClaude claude, params string[] settings) =>
        Laboratory.OpenAsync(_home, claude, settings);

    private async Task<Laboratory> ReopenAsync(Laboratory laboratory, params string[] settings)
    {
        await laboratory.ShutDownAsync();
        return await OpenAsync(new PlayedClaude(), settings);
    }

    private static async Task BuyAsync(IWorkContext work, CancellationToken cancellationToken)
    {
        const string Key = "exchange-1/attempt-1";
        var purchase = new Purchase
        {
            Key = Key,
            Least = Money.FromDollars(0.05m),
            Step = Money.Zero,
            Steps = 0,
            Limits = new SpendingLimits(null, null),
            About = new JsonObject { ["phase"] = "designing", ["model"] = "claude-opus-5-5" },
        };
        Assert.IsType<Allowance.Granted>(await work.ReserveAsync(purchase, cancellationToken));
        var usage = new JsonObject
        {
            ["input_tokens"] = 1_000,
            ["output_tokens"] = 200,
            ["cache_read_tokens"] = 30,
            ["cache_write_tokens"] = 4,
        };
        await work.SettleAsync(Key, Money.FromDollars(0.020000001m), usage, "bought", "a reply", cancellationToken);
    }
}
