using System.Text.Json.Nodes;

namespace Ktrdr.System.Tests;

/// <summary>What the program logs beside what it answers.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task A_cycle_logs_one_object_a_line_beside_its_answer_with_operation_phase_and_trace()
    {
        using var home = Logging("information");

        var run = (await home.RunAsync("agent", "trigger")).With(exitCode: 0);

        var log = LinesOf(run);
        var training = Assert.Single(
            log,
            line => (string?)line["event"] == "attempt_began" && (string?)line["phase"] == "training"
        );
        var gate = Assert.Single(
            log,
            line => (string?)line["event"] == "gate_judged" && (string?)line["gate"] == "training"
        );
        Assert.Equal(1, (int)training["attempt"]!);
        Assert.Equal("training", (string?)training["operation_type"]);
        Assert.Matches("^op_training_", (string?)training["operation_id"]);
        Assert.Matches("^[0-9a-f]{32}$", (string?)training["trace_id"]);
        Assert.Equal(run.CycleId, (string?)gate["operation_id"]);
        Assert.Equal("agent_research", (string?)gate["operation_type"]);
        Assert.DoesNotContain("attempt_began", run.Output);
    }

    [Fact]
    public async Task A_cycle_that_goes_well_logs_nothing()
    {
        using var home = Home.Scripted("0");

        Assert.Empty(LinesOf((await home.RunAsync("agent", "trigger")).With(exitCode: 0)));
    }

    [Theory]
    [InlineData("KTRDR_LOG_LEVEL", "loud", "Use one of Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("KTRDR_LOG_FORMAT", "xml", "Use json or text.")]
    public async Task A_setting_that_makes_no_sense_stops_the_program_with_those_that_do(
        string setting,
        string value,
        string words
    )
    {
        using var home = new Home((setting, value));

        var refused = (await home.RunAsync("serve", "--port", "0")).With(exitCode: 1);

        Assert.Contains($"{setting} is '{value}'. {words}", refused.Errors);
    }

    private static Home Logging(string level) =>
        new(("AGENT_PROVIDER", "scripted"), ("STUB_WORKER_DELAY", "0"), ("KTRDR_LOG_LEVEL", level));

    private static List<JsonNode> LinesOf(Ended run) =>
        [.. run.Errors.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!)];
}
