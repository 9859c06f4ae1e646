namespace Ktrdr.System.Tests;

/// <summary>The fourth milestone of the seeds: a real backtest, and the gate behind it.</summary>
public sealed class Milestone4Tests(SampleCycle sample)
{
    [Fact]
    public async Task The_backtest_of_a_cycle_is_listed_as_completed()
    {
        var (home, _) = await sample.FinishedAsync();

        var list = (await home.RunAsync("operations", "list", "--type", "backtesting")).With(exitCode: 0);

        var line = Assert.Single(list.Lines, line => line.StartsWith("op_backtesting_", StringComparison.Ordinal));
        Assert.Contains("COMPLETED", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_backtest_gate_let_it_through_with_every_figure_on_record()
    {
        var gate = (await sample.OperationAsync())["metadata"]!["backtest_gate"]!;

        Assert.Equal("pass", (string?)gate["result"]);
        Assert.Equal(
            ["win_rate", "drawdown", "sharpe"],
            gate["checks"]!.AsArray().Select(check => (string?)check!["name"])
        );
    }

    [Fact]
    public async Task A_result_too_poor_ends_the_cycle_at_the_backtest_gate()
    {
        using var home = new Home(
            ("TRAINING_GATE_MIN_ACCURACY", "0"),
            ("TRAINING_GATE_MAX_LOSS", "1000"),
            ("TRAINING_GATE_MIN_LOSS_DECREASE", "-1000"),
            ("BACKTEST_GATE_MIN_WIN_RATE", "0"),
            ("BACKTEST_GATE_MIN_SHARPE", "50")
        );
        home.Write("once_more", await sample.StrategyAsync("once_more", epochs: 12));

        var run = (await home.RunAsync("agent", "trigger", "--strategy", "once_more", "--seed", "1", "--follow")).With(
            exitCode: 6
        );

        const string Reason = "Backtest gate failed: sharpe_too_low";
        Assert.Contains(Reason, run.Output, StringComparison.Ordinal);
        var status = (await home.RunAsync("operations", "status", run.CycleId)).With(exitCode: 0);
        Assert.Contains("FAILED", status.Output, StringComparison.Ordinal);
        Assert.Contains(Reason, status.Output, StringComparison.Ordinal);
    }
}
