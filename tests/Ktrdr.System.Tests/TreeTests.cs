namespace Ktrdr.System.Tests;

/// <summary>Everything that ran is an operation of its own, and the cycle knows them all.</summary>
public sealed class TreeTests(SampleCycle sample)
{
    [Fact]
    public async Task A_cycle_is_one_parent_with_four_children_of_their_own_ids()
    {
        var (home, run) = await sample.FinishedAsync();

        var list = (await home.RunAsync("operations", "list", "--json")).With(exitCode: 0).Json;

        Assert.Equal(5, (int)list["total_count"]!);
        Assert.Equal(0, (int)list["active_count"]!);
        var operations = list["data"]!.AsArray().Select(each => each!).ToList();
        Assert.Equal(
            ["agent_assessment", "backtesting", "training", "agent_design", "agent_research"],
            operations.Select(operation => (string?)operation["operation_type"])
        );
        Assert.Equal(5, operations.Select(operation => (string?)operation["operation_id"]).Distinct().Count());
        Assert.Null(operations[^1]["parent_operation_id"]);
        Assert.Equal(run.CycleId, (string?)operations[^1]["operation_id"]);
        Assert.All(operations[..^1], child => Assert.Equal(run.CycleId, (string?)child["parent_operation_id"]));
        Assert.All(
            operations,
            operation =>
                Assert.Matches(
                    $"^op_{operation["operation_type"]}_[0-9]{{8}}_[0-9]{{6}}_[0-9a-f]{{8}}$",
                    (string?)operation["operation_id"]
                )
        );
    }

    [Fact]
    public async Task The_parents_metadata_names_all_four()
    {
        var (home, _) = await sample.FinishedAsync();
        var list = (await home.RunAsync("operations", "list", "--json")).With(exitCode: 0).Json["data"]!.AsArray();
        var metadata = list[^1]!["metadata"]!;

        Assert.Equal(
            list.SkipLast(1).Select(child => (string?)child!["operation_id"]),
            ((string[])["assessment_op_id", "backtest_op_id", "training_op_id", "design_op_id"]).Select(key =>
                (string?)metadata[key]
            )
        );
    }

    [Fact]
    public async Task The_tree_is_shown_as_a_waterfall_with_every_phase_and_the_gates_between()
    {
        var (home, run) = await sample.FinishedAsync();

        var shown = (await home.RunAsync("operations", "show", run.CycleId)).With(exitCode: 0);

        var begin = Array.FindIndex(shown.Lines, line => line.StartsWith("Waterfall from ", StringComparison.Ordinal));
        var drawn = shown.Lines[begin..].TakeWhile(line => line.Length > 0).ToArray();
        Assert.Equal(
            ["agent_research", "designing", "training", "backtesting", "assessing"],
            drawn.Where(line => line.Contains('█')).Select(line => line.Split(' ')[0])
        );
        Assert.Contains("training gate passed", drawn);
        Assert.Contains("backtest gate passed", drawn);
        Assert.Equal(6, drawn.Count(line => line.StartsWith("✓ ", StringComparison.Ordinal) && HasBound(line)));

        static bool HasBound(string line) => line.Contains('≥') || line.Contains('≤');
    }

    [Fact]
    public async Task A_child_is_shown_alone_with_the_gate_that_judged_it()
    {
        var (home, run) = await sample.FinishedAsync();
        var cycle = (await home.RunAsync("operations", "show", run.CycleId, "--json")).With(exitCode: 0).Json["data"]!;

        var shown = await home.RunAsync("operations", "show", (string)cycle["metadata"]!["training_op_id"]!);

        Assert.Single(shown.With(exitCode: 0).Lines, line => line.Contains('█'));
        Assert.Contains("training gate passed", shown.Lines);
        Assert.DoesNotContain("backtest gate passed", shown.Lines);
    }
}
