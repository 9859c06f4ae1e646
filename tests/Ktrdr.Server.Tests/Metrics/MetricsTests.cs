using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Server.Tests;

/// <summary>What a real server exports while known cycles run.</summary>
public sealed class MetricsTests
{
    private const int MostSeries = 400;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_the_first_cycle_everything_that_counts_is_there_at_zero()
    {
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();

        var scrape = await server.ScrapeAsync();

        foreach (
            var series in (string[])
                [
                    """agent_cycles_total{outcome="completed"}""",
                    """agent_cycles_total{outcome="refused"}""",
                    """agent_cycles_total{outcome="failed"}""",
                    """agent_cycles_total{outcome="cancelled"}""",
                    "agent_cycle_duration_seconds_count",
                    """agent_phase_duration_seconds_bucket{phase="training",le="+Inf"}""",
                    """agent_gate_results_total{gate="backtest",result="bypassed"}""",
                    """agent_gate_value_count{gate="backtest",check="sharpe_ratio"}""",
                    """agent_tokens_total{phase="designing",model="claude-opus-5-5",direction="cache_read"}""",
                    """agent_tokens_total{phase="assessing",model="other",direction="output"}""",
                    "agent_budget_spend_dollars_total",
                    "agent_budget_settled_dollars",
                    """agent_model_requests_total{outcome="answered"}""",
                    """agent_phase_active{phase="designing"}""",
                    """ktrdr_operations_total{operation_type="data_load",status="failed"}""",
                    """ktrdr_operations_active{operation_type="training",status="running"}""",
                    """ktrdr_operations_waiting{role="agent"}""",
                    """ktrdr_workers_busy{role="research"}""",
                    "ktrdr_recoveries_total",
                    "ktrdr_takeovers_total",
                    "ktrdr_refused_writes_total",
                    "ktrdr_dropped_spans_total",
                ]
        )
        {
            Assert.Equal(0, scrape[series]);
        }

        Assert.Equal((5, 5), (scrape["agent_budget_limit_dollars"], scrape["agent_budget_remaining_dollars"]));
        Assert.Equal(16, scrape["""ktrdr_workers_capacity{role="research"}"""]);
        Assert.Equal((1, 1), (scrape["ktrdr_workers_nodes"], scrape["ktrdr_database_up"]));
        Assert.Equal(0.45, scrape["""agent_gate_bound{gate="training",check="accuracy"}"""]);
        Assert.Contains(scrape.Values, one => one.Key.StartsWith("ktrdr_build_info{version=\"0.") && one.Value == "1");
        var today = DateTimeOffset.FromUnixTimeSeconds((long)scrape["agent_budget_day_timestamp_seconds"]);
        Assert.Equal((await server.Client.BudgetAsync(Token)).Date, DateOnly.FromDateTime(today.UtcDateTime));
        Assert.InRange(scrape.Values.Count, 1, MostSeries);
    }

    [Fact]
    public async Task Known_cycles_make_known_figures_and_every_restart_leaves_them_as_they_are()
    {
        using var home = new ScrapedHome();
        await using (var server = await home.ServeAsync())
        {
            for (var cycle = 0; cycle < 3; cycle++)
            {
                Assert.Equal("completed", (await server.CycleAsync()).Status);
            }

            Assert.Equal(3, (await server.ScrapeAsync())["""agent_cycles_total{outcome="completed"}"""]);
        }

        // The stub's training is 65 % right and its backtest has a Sharpe ratio of 1.2.
        var refused = await home.CycleAsync(("TRAINING_GATE_MIN_ACCURACY", "0.7"));
        Assert.Equal("training_gate_failed", refused.ErrorCode);
        Assert.Equal("backtest_gate_failed", (await home.CycleAsync(("BACKTEST_GATE_MIN_SHARPE", "2"))).ErrorCode);
        Scrape before;
        await using (var server = await home.ServeAsync(("STUB_WORKER_DELAY", RunningServer.ForEver)))
        {
            Assert.Equal("cancelled", (await server.CancelledCycleAsync()).Status);
            before = await server.ScrapeAsync();
        }

        await using var last = await home.ServeAsync();
        var after = await last.ScrapeAsync();

        foreach (var scrape in (Scrape[])[before, after])
        {
            Assert.Equal(
                [3, 2, 0, 1],
                scrape.Read("agent_cycles_total{outcome=\"?\"}", "completed", "refused", "failed", "cancelled")
            );
            Assert.Equal(6, scrape["agent_cycle_duration_seconds_count"]);
            Assert.Equal(
                [6, 5, 4, 3],
                scrape.Read(
                    "agent_phase_duration_seconds_count{phase=\"?\"}",
                    "designing",
                    "training",
                    "backtesting",
                    "assessing"
                )
            );
            Assert.Equal(
                [4, 1, 0],
                scrape.Read("agent_gate_results_total{gate=\"training\",result=\"?\"}", "pass", "fail", "bypassed")
            );
            Assert.Equal(
                [3, 1, 0],
                scrape.Read("agent_gate_results_total{gate=\"backtest\",result=\"?\"}", "pass", "fail", "bypassed")
            );

            Assert.Equal(
                [5, 5, 5],
                scrape.Read(
                    "agent_gate_value_count{gate=\"training\",check=\"?\"}",
                    "accuracy",
                    "final_loss",
                    "loss_decrease"
                )
            );
            Assert.Equal(
                [4, 4, 4],
                scrape.Read(
                    "agent_gate_value_count{gate=\"backtest\",check=\"?\"}",
                    "win_rate",
                    "max_drawdown",
                    "sharpe_ratio"
                )
            );

            // Five accuracies of 0.65, four drawdowns of 0.15.
            Assert.Equal(
                [0, 5, 5],
                scrape.Read(
                    "agent_gate_value_bucket{gate=\"training\",check=\"accuracy\",le=\"?\"}",
                    "0.6",
                    "0.7",
                    "+Inf"
                )
            );
            Assert.Equal(5 * 0.65, scrape["""agent_gate_value_sum{gate="training",check="accuracy"}"""], 1e-12);
            Assert.Equal(
                [0, 4, 4],
                scrape.Read(
                    "agent_gate_value_bucket{gate=\"backtest\",check=\"max_drawdown\",le=\"?\"}",
                    "0.1",
                    "0.2",
                    "+Inf"
                )
            );
            Assert.Equal(
                [3, 2, 1],
                scrape.Read(
                    "ktrdr_operations_total{operation_type=\"agent_research\",status=\"?\"}",
                    "completed",
                    "failed",
                    "cancelled"
                )
            );
            Assert.Equal(
                [5, 5, 4, 3],
                scrape.Read(
                    "ktrdr_operations_total{operation_type=\"?\",status=\"completed\"}",
                    "agent_design",
                    "training",
                    "backtesting",
                    "agent_assessment"
                )
            );
            Assert.Equal(1, scrape["""ktrdr_operations_total{operation_type="agent_design",status="cancelled"}"""]);
            Assert.Equal(0, scrape["agent_cycle_cost_dollars_count"]);
        }

        Assert.Equal(before.OfTheStore(), after.OfTheStore());
        Assert.InRange(before["ktrdr_database_write_seconds_count"], 1, double.MaxValue);
    }

    [Fact]
    public async Task A_live_cycle_shows_in_its_phase_and_at_its_worker()
    {
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync(("STUB_WORKER_DELAY", RunningServer.ForEver));
        var cycle = (await server.Client.TriggerAsync(new TriggerRequest(), Token)).OperationId;
        await foreach (var line in server.Client.WatchAsync(cycle, 0, Token))
        {
            if (line.Kind == "child")
            {
                break;
            }
        }

        var scrape = await server.ScrapeAsync();

        Assert.Equal(
            [1, 0, 0, 0],
            scrape.Read("agent_phase_active{phase=\"?\"}", "designing", "training", "backtesting", "assessing")
        );
        Assert.Equal(1, scrape["""ktrdr_operations_active{operation_type="agent_research",status="running"}"""]);
        Assert.Equal(1, scrape["""ktrdr_workers_busy{role="research"}"""]);
        Assert.Equal(
            1,
            scrape
                .Read("ktrdr_operations_active{operation_type=\"agent_design\",status=\"?\"}", "pending", "running")
                .Sum()
        );
    }

    [Fact]
    public async Task Dollars_and_tokens_are_those_of_the_ledger_and_of_the_bill()
    {
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Named("good").Begin();
        await using var server = await RunningServer.StartWithAsync(claude, ("AGENT_DAILY_BUDGET", "unlimited"));
        var cycle = await server.Client.TriggerAsync(new TriggerRequest { Seed = 1, BypassGates = true }, Token);
        await server.Client.WaitAsync(cycle.OperationId, Token);

        var scrape = await Scrape.OfAsync(server.Http);

        // The loopback server counts its bill itself, in billionths of a dollar.
        var spent = decimal.Parse(scrape.Values["agent_budget_spend_dollars_total"]);
        Assert.Equal(claude.Bill.Total, spent * 1_000_000_000m);
        Assert.Equal((double)spent, scrape["agent_budget_settled_dollars"]);
        Assert.Equal(
            (1, (double)spent),
            (scrape["agent_cycle_cost_dollars_count"], scrape["agent_cycle_cost_dollars_sum"])
        );
        Assert.DoesNotContain("agent_budget_limit_dollars", scrape.Text);
        Assert.DoesNotContain("agent_budget_remaining_dollars", scrape.Text);
        var calls = (await server.Client.CallsAsync(new CallFilter(), Token)).Data;
        Assert.Equal(calls.Count, scrape["""agent_model_requests_total{outcome="answered"}"""]);
        Assert.Equal(calls.Count, scrape["agent_model_request_duration_seconds_count"]);
        foreach (var phase in calls.GroupBy(call => call.Phase))
        {
            Assert.Equal(
                [
                    phase.Sum(call => call.InputTokens),
                    phase.Sum(call => call.OutputTokens),
                    phase.Sum(call => call.CacheReadTokens),
                    phase.Sum(call => call.CacheWriteTokens),
                ],
                scrape.Read(
                    $$"""agent_tokens_total{phase="{{phase.Key}}",model="claude-opus-5-5",direction="?"}""",
                    "input",
                    "output",
                    "cache_read",
                    "cache_write"
                )
            );
        }

        Assert.Equal(
            2,
            scrape
                .Values.Where(one => one.Key.StartsWith("agent_gate_results_total"))
                .Sum(one => double.Parse(one.Value))
        );
    }
}
