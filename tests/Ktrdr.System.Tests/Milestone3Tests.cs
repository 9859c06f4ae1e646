namespace Ktrdr.System.Tests;

/// <summary>The third milestone of the seeds: real training, and the gate behind it.</summary>
public sealed class Milestone3Tests(SampleCycle sample)
{
    [Fact]
    public async Task The_training_of_a_cycle_is_listed_as_completed()
    {
        var (home, _) = await sample.FinishedAsync();

        var list = (await home.RunAsync("operations", "list", "--type", "training")).With(exitCode: 0);

        var line = Assert.Single(list.Lines, line => line.StartsWith("op_training_", StringComparison.Ordinal));
        Assert.Contains("COMPLETED", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_training_gate_let_it_through_with_every_figure_on_record()
    {
        var cycle = await sample.OperationAsync();

        var gate = cycle["metadata"]!["training_gate"]!;
        Assert.Equal("pass", (string?)gate["result"]);
        Assert.Equal(
            ["accuracy", "loss", "loss_decrease"],
            gate["checks"]!.AsArray().Select(check => (string?)check!["name"])
        );
        Assert.True((double)cycle["metadata"]!["training_result"]!["accuracy"]! >= 0.45);
    }

    [Fact]
    public async Task A_model_too_inaccurate_ends_the_cycle_at_the_training_gate()
    {
        using var home = new Home(("TRAINING_GATE_MIN_ACCURACY", "0.99"));
        home.Write("once_more", await sample.StrategyAsync("once_more", epochs: 12));

        var run = (await home.RunAsync("agent", "trigger", "--strategy", "once_more", "--seed", "1", "--follow")).With(
            exitCode: 6
        );

        const string Reason = "Training gate failed: accuracy_below_threshold";
        Assert.Contains(Reason, run.Output, StringComparison.Ordinal);
        var status = (await home.RunAsync("operations", "status", run.CycleId)).With(exitCode: 0);
        Assert.Contains("FAILED", status.Output, StringComparison.Ordinal);
        Assert.Contains(Reason, status.Output, StringComparison.Ordinal);
        var list = (await home.RunAsync("operations", "list", "--json")).With(exitCode: 0).Json["data"]!.AsArray();
        Assert.Equal(
            [("training", "completed"), ("agent_research", "failed")],
            list.Select(each => ((string)each!["operation_type"]!, (string)each["status"]!))
        );
    }

    [Fact]
    public async Task Gates_that_are_bypassed_are_judged_and_recorded_and_the_cycle_goes_on()
    {
        using var home = new Home(("TRAINING_GATE_MIN_ACCURACY", "0.99"), ("BACKTEST_GATE_MIN_SHARPE", "50"));
        home.Write("once_more", await sample.StrategyAsync("once_more", epochs: 12));

        var run = (
            await home.RunAsync(
                "agent",
                "trigger",
                "--strategy",
                "once_more",
                "--seed",
                "1",
                "--follow",
                "--bypass-gates"
            )
        ).With(exitCode: 0);

        var show = (await home.RunAsync("operations", "show", run.CycleId, "--json")).With(exitCode: 0);
        var metadata = show.Json["data"]!["metadata"]!;
        Assert.Equal("bypassed", (string?)metadata["training_gate"]!["result"]);
        Assert.StartsWith(
            "accuracy_below_threshold",
            (string?)metadata["training_gate"]!["reason"],
            StringComparison.Ordinal
        );
        Assert.Equal("bypassed", (string?)metadata["backtest_gate"]!["result"]);
        Assert.Contains("sharpe_too_low", (string?)metadata["backtest_gate"]!["reason"], StringComparison.Ordinal);
    }
}
