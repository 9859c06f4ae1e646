using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Postgres;
using Microsoft.Extensions.DependencyInjection;

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
                Read(scrape, "agent_cycles_total{outcome=\"?\"}", "completed", "refused", "failed", "cancelled")
            );
            Assert.Equal(6, scrape["agent_cycle_duration_seconds_count"]);
            Assert.Equal(
                [6, 5, 4, 3],
                Read(
                    scrape,
                    "agent_phase_duration_seconds_count{phase=\"?\"}",
                    "designing",
                    "training",
                    "backtesting",
                    "assessing"
                )
            );
            Assert.Equal(
                [4, 1, 0],
                Read(scrape, "agent_gate_results_total{gate=\"training\",result=\"?\"}", "pass", "fail", "bypassed")
            );
            Assert.Equal(
                [3, 1, 0],
                Read(scrape, "agent_gate_results_total{gate=\"backtest\",result=\"?\"}", "pass", "fail", "bypassed")
            );

            // Five accuracies of 0.65, four drawdowns of 0.15.
            Assert.Equal(
                [0, 5, 5],
                Read(
                    scrape,
                    "agent_gate_value_bucket{gate=\"training\",check=\"accuracy\",le=\"?\"}",
                    "0.6",
                    "0.7",
                    "+Inf"
                )
            );
            Assert.Equal(5 * 0.65, scrape["""agent_gate_value_sum{gate="training",check="accuracy"}"""], 1e-12);
            Assert.Equal(
                [0, 4, 4],
                Read(
                    scrape,
                    "agent_gate_value_bucket{gate=\"backtest\",check=\"max_drawdown\",le=\"?\"}",
                    "0.1",
                    "0.2",
                    "+Inf"
                )
            );
            Assert.Equal(
                [3, 2, 1],
                Read(
                    scrape,
                    "ktrdr_operations_total{operation_type=\"agent_research\",status=\"?\"}",
                    "completed",
                    "failed",
                    "cancelled"
                )
            );
            Assert.Equal(
                [5, 5, 4, 3],
                Read(
                    scrape,
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

        Assert.Equal(OfTheStore(before), OfTheStore(after));
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
            Read(scrape, "agent_phase_active{phase=\"?\"}", "designing", "training", "backtesting", "assessing")
        );
        Assert.Equal(1, scrape["""ktrdr_operations_active{operation_type="agent_research",status="running"}"""]);
        Assert.Equal(1, scrape["""ktrdr_workers_busy{role="research"}"""]);
        Assert.Equal(
            1,
            Read(scrape, "ktrdr_operations_active{operation_type=\"agent_design\",status=\"?\"}", "pending", "running")
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
                Read(
                    scrape,
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

    [Fact]
    public async Task Two_servers_of_one_database_say_the_same()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        (string, string)[] settings =
        [
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("KTRDR_DATABASE", PostgresServer.Shared.AddressOf($"metrics_{Guid.NewGuid():N}")),
        ];
        await using var one = await RunningServer.StartWithAsync(settings);
        await using var other = await RunningServer.StartWithAsync(settings);
        await Scrape.OfAsync(other.Http); // has looked before
        foreach (var server in (RunningServer[])[one, other])
        {
            var cycle = await server.Client.TriggerAsync(new TriggerRequest(), Token);
            await server.Client.WaitAsync(cycle.OperationId, Token);
        }

        var (first, second) = (await Scrape.OfAsync(one.Http), await Scrape.OfAsync(other.Http));

        Assert.Equal(2, first["""agent_cycles_total{outcome="completed"}"""]);
        Assert.Equal(2, first["ktrdr_workers_nodes"]);
        Assert.Equal(32, first["""ktrdr_workers_capacity{role="research"}"""]);
        Assert.Equal(OfTheStore(first), OfTheStore(second));
        Assert.InRange(first["ktrdr_check_in_age_seconds"], 0, 60);
        Assert.Equal(MetricsManual.Read().Keys.Order(), first.Types.Keys.Order());
    }

    [Fact]
    public async Task A_database_that_is_away_costs_its_own_figures_and_the_totals_stay()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        using var database = PostgresServer.Start();
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("KTRDR_DATABASE", database.AddressOf("metrics"))
        );
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), Token);
        await server.Client.WaitAsync(cycle.OperationId, Token);
        var before = await Scrape.OfAsync(server.Http);

        database.Kill();
        var without = await Scrape.OfAsync(server.Http);
        database.Up();
        var after = await Scrape.OfAsync(server.Http);

        Assert.Equal(
            [1, 0, 1],
            [before["ktrdr_database_up"], without["ktrdr_database_up"], after["ktrdr_database_up"]]
        );
        Assert.False(without.Types.ContainsKey("ktrdr_workers_nodes"));
        Assert.False(without.Types.ContainsKey("agent_budget_settled_dollars"));
        Assert.Equal(1, without["""agent_cycles_total{outcome="completed"}"""]);
        Assert.InRange(without["ktrdr_database_write_seconds_count"], 1, double.MaxValue);
        Assert.Equal(1, after["ktrdr_workers_nodes"]);
    }

    [Fact]
    public async Task Where_figures_are_sent_those_of_the_last_moment_are_among_them()
    {
        var cycles = 0L;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, more, _, _) => Interlocked.Add(ref cycles, more));
        await using (
            var server = await RunningServer.StartWithAsync(
                ("AGENT_PROVIDER", "scripted"),
                ("STUB_WORKER_DELAY", "0"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
            )
        )
        {
            var meter = server.Services.GetRequiredService<Instruments>().Meter;
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == meter && instrument.Name == "agent_cycles_total")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            listener.Start();
            var cycle = await server.Client.TriggerAsync(new TriggerRequest(), Token);
            await server.Client.WaitAsync(cycle.OperationId, Token);
        }

        Assert.Equal(1, cycles);
    }

    [Fact]
    public async Task More_cycles_add_no_series()
    {
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();
        var before = await server.ScrapeAsync();
        for (var cycle = 0; cycle < 5; cycle++)
        {
            await server.CycleAsync();
        }

        var after = await server.ScrapeAsync();

        Assert.Equal(before.Values.Keys.Order(), after.Values.Keys.Order());
    }

    [Fact]
    public async Task Prometheus_own_checker_finds_nothing_to_complain_of()
    {
        const string checker = "/usr/bin/promtool";
        Assert.SkipUnless(File.Exists(checker), "promtool (Debian: prometheus) is not installed");
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();
        await server.CycleAsync();
        var text = (await server.ScrapeAsync()).Text;

        using var promtool = Process.Start(
            new ProcessStartInfo(checker, ["check", "metrics"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said =
            await promtool.StandardOutput.ReadToEndAsync(Token) + await promtool.StandardError.ReadToEndAsync(Token);
        await promtool.WaitForExitAsync(Token);

        Assert.Equal(("", 0), (said, promtool.ExitCode));
    }

    [Fact]
    public async Task The_manual_has_every_metric_with_its_type_and_its_labels_and_no_other()
    {
        using var home = new ScrapedHome();
        await using var server = await home.ServeAsync();

        var scrape = await server.ScrapeAsync();

        Assert.Equal(
            scrape
                .Types.Select(one => $"{one.Key} {one.Value} {string.Join(", ", scrape.LabelsOf(one.Key))}")
                .Order(StringComparer.Ordinal),
            MetricsManual
                .Read()
                .Select(one => $"{one.Key} {one.Value.Type} {one.Value.Labels}")
                .Order(StringComparer.Ordinal)
        );
    }

    private static double[] Read(Scrape scrape, string series, params string[] values) =>
        [.. values.Select(value => scrape[series.Replace("?", value)])];

    // The room that records take and the age of a check-in are of their moment.
    private static IEnumerable<string> OfTheStore(Scrape scrape) =>
        scrape
            .Values.Where(one =>
                MetricsManual.Read()[Regex.Replace(one.Key.Split('{')[0], "_(bucket|sum|count)$", "")].OfTheStore
                && !one.Key.StartsWith("ktrdr_check_in_age_seconds")
                && !one.Key.StartsWith("ktrdr_database_size_bytes")
            )
            .Select(one => $"{one.Key} {one.Value}");
}
