using System.Text.Json.Nodes;

namespace Ktrdr.System.Tests;

/// <summary>The fifth milestone of the seeds: an assessment, and a cycle that is complete.</summary>
public sealed class Milestone5Tests(SampleCycle sample)
{
    private static readonly string[] s_verdicts = ["promising", "mediocre", "poor"];

    [Fact]
    public async Task The_assessment_is_a_file_beside_the_strategy()
    {
        var (home, _) = await sample.FinishedAsync();
        var cycle = await sample.OperationAsync();
        var name = (string)cycle["metadata"]!["strategy_name"]!;

        var assessment = JsonNode.Parse(await File.ReadAllTextAsync(home.At($"strategies/{name}/assessment.json")))!;

        Assert.Contains((string)assessment["verdict"]!, s_verdicts);
        foreach (var list in (string[])["strengths", "weaknesses", "suggestions"])
        {
            Assert.All(assessment[list]!.AsArray(), sentence => Assert.NotEqual("", (string?)sentence));
        }

        Assert.NotEmpty(assessment["weaknesses"]!.AsArray());
        Assert.NotEmpty(assessment["suggestions"]!.AsArray());
    }

    [Fact]
    public async Task The_finished_cycle_is_completed_with_its_whole_summary()
    {
        var (home, run) = await sample.FinishedAsync();
        var cycle = await sample.OperationAsync();
        var summary = cycle["result_summary"]!;

        Assert.True((bool)summary["success"]!);
        Assert.Equal((string?)cycle["metadata"]!["strategy_name"], (string?)summary["strategy_name"]);
        Assert.Contains((string)summary["verdict"]!, s_verdicts);
        var status = (await home.RunAsync("operations", "status", run.CycleId)).With(exitCode: 0);
        Assert.Contains("COMPLETED", status.Output, StringComparison.Ordinal);
        Assert.Contains((string)summary["strategy_name"]!, status.Output, StringComparison.Ordinal);
        Assert.Contains((string)summary["verdict"]!, status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Afterwards_research_is_idle_and_remembers_the_cycle()
    {
        var (home, run) = await sample.FinishedAsync();

        var status = (await home.RunAsync("agent", "status", "--json")).With(exitCode: 0).Json;

        Assert.Equal("idle", (string?)status["status"]);
        Assert.Equal("idle", (string?)status["phase"]);
        Assert.Equal(run.CycleId, (string?)status["last_cycle"]!["operation_id"]);
        Assert.Equal("completed", (string?)status["last_cycle"]!["outcome"]);
    }
}
