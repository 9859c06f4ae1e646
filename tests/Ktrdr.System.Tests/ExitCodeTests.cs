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

    [Theory]
    [InlineData("agent status")]
    [InlineData("operations list")]
    [InlineData("agent trigger")]
    public async Task A_database_that_is_named_wrongly_or_does_not_answer_is_explained_by_every_command(string command)
    {
        using var wrong = new Home(("KTRDR_DATABASE", "redis://me:hunter2@here/0"));
        using var away = new Home(("KTRDR_DATABASE", "postgres://me:hunter2@127.0.0.1:1/research"));

        var refused = (await wrong.RunAsync(command.Split(' '))).With(exitCode: 1);
        var unanswered = (await away.RunAsync(command.Split(' '))).With(exitCode: 8);

        Assert.Contains("postgres://user:password@host:5432/database", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("postgres://me@127.0.0.1:1/research", unanswered.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Errors + unanswered.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors + unanswered.Errors, StringComparison.Ordinal);
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
    public async Task Claude_without_a_key_exits_with_4_and_names_the_variable()
    {
        using var home = new Home(("AGENT_PROVIDER", "anthropic"));

        foreach (var option in (string[])["--follow", "--dry-run"])
        {
            var run = (await home.RunAsync("agent", "trigger", option)).With(exitCode: 4);
            Assert.Contains("ANTHROPIC_API_KEY", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_model_that_nobody_knows_exits_with_2()
    {
        // The key is made up; nobody is asked with it.
        using var home = new Home(("AGENT_PROVIDER", "anthropic"), ("ANTHROPIC_API_KEY", "made-up"));

        var run = (await home.RunAsync("agent", "trigger", "--model", "gpt-0")).With(exitCode: 2);

        Assert.Contains("gpt-0", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_whose_budget_does_not_cover_a_cycle_exits_with_7()
    {
        using var home = new Home(
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", "made-up"),
            ("AGENT_DAILY_BUDGET", "0.1")
        );

        var run = (await home.RunAsync("agent", "trigger")).With(exitCode: 7);

        Assert.Contains("budget_exhausted", run.Errors, StringComparison.Ordinal);
        Assert.Contains("$0.15", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_exits_with_0_when_all_comes_out_again_and_with_1_when_not()
    {
        var (home, cycle) = await sample.FinishedAsync();

        var replay = (await home.RunAsync("operations", "replay", cycle.CycleId)).With(exitCode: 0);
        Assert.Contains("weights.bin", replay.Output, StringComparison.Ordinal);
        Assert.Contains($"{cycle.CycleId} came out again", replay.Lines[^2], StringComparison.Ordinal);

        var unknown = (await home.RunAsync("operations", "replay", "op_gone")).With(exitCode: 1);
        Assert.Contains("op_gone", unknown.Errors, StringComparison.Ordinal);
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
