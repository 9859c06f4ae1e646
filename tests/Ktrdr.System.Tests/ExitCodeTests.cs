using System.Text.Json.Nodes;

namespace Ktrdr.System.Tests;

/// <summary>Scripts can rely on what the program exits with and on what it prints as JSON.</summary>
public sealed class ExitCodeTests(SampleCycle sample)
{
    [Fact]
    public async Task A_command_line_without_sense_exits_with_2()
    {
        using var home = new Home();

        var run = (await home.RunAsync("agent", "trigger", "--seed", "many")).With(exitCode: 2);

        Assert.Contains("many", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_exits_with_8()
    {
        using var home = new Home();

        // Nothing can listen on port 1 without being root, and nobody does.
        var run = (await home.RunAsync("agent", "status", "--url", "http://127.0.0.1:1")).With(exitCode: 8);

        Assert.Contains("127.0.0.1:1", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idea_turned_away_by_a_gate_exits_with_6()
    {
        using var home = new Home(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("TRAINING_GATE_MIN_ACCURACY", "0.9")
        );

        var run = (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 6);

        Assert.Contains("accuracy_below_threshold (65% < 90%)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_cycle_is_refused_with_1_and_the_id_of_the_first()
    {
        using var home = Home.Scripted("600");
        using var server = await home.ServeAsync();
        var first = (await home.RunAsync("agent", "trigger")).With(exitCode: 0);

        var second = (await home.RunAsync("agent", "trigger")).With(exitCode: 1);

        Assert.Contains(first.CycleId, second.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent status")]
    [InlineData("agent budget")]
    [InlineData("operations list")]
    [InlineData("strategies list")]
    [InlineData("data list")]
    [InlineData("indicators list")]
    public async Task Json_is_json_and_nothing_else(string command)
    {
        var (home, _) = await sample.FinishedAsync();

        var run = (await home.RunAsync([.. command.Split(' '), "--json"])).With(exitCode: 0);

        Assert.True(run.Json is JsonObject or JsonArray);
        Assert.Equal('\n', Assert.Single(run.Output, letter => letter == '\n'));
    }
}
