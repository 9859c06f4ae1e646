namespace Ktrdr.System.Tests;

/// <summary>The first milestone of the seeds: a cycle goes through its phases with stub workers.</summary>
public sealed class Milestone1Tests
{
    private static readonly string[] s_phases = ["designing", "training", "backtesting", "assessing"];

    [Fact]
    public async Task A_followed_cycle_goes_through_the_four_phases_in_order()
    {
        using var home = Home.Scripted("0.3");

        var run = (await home.RunAsync("agent", "trigger", "--follow")).With(exitCode: 0);

        Assert.Matches(
            "^Research cycle started! Operation ID: op_agent_research_[0-9]{8}_[0-9]{6}_[0-9a-f]{8}$",
            run.Lines[0]
        );
        var entered = run.Lines.Where(line => line.Contains(" op_", StringComparison.Ordinal)).Skip(1);
        Assert.Equal(s_phases, entered.Select(line => line.Split(' ')[0]));
        Assert.Contains("COMPLETED", run.Output, StringComparison.Ordinal);
        Assert.Contains("STUB", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_served_cycle_is_triggered_watched_and_listed_as_completed()
    {
        using var home = Home.Scripted("0.3");
        using var server = await home.ServeAsync();

        var started = (await home.RunAsync("agent", "trigger")).With(exitCode: 0);
        Assert.StartsWith(
            $"Research cycle started! Operation ID: {started.CycleId}",
            started.Output,
            StringComparison.Ordinal
        );
        (await home.RunAsync("operations", "wait", started.CycleId)).With(exitCode: 0);

        var list = (await home.RunAsync("operations", "list", "--type", "AGENT_RESEARCH")).With(exitCode: 0);
        var line = Assert.Single(list.Lines, line => line.StartsWith(started.CycleId, StringComparison.Ordinal));
        Assert.Contains("COMPLETED", line, StringComparison.Ordinal);
        Assert.True((bool)(await server.ShowAsync(started.CycleId)).Metadata["stub"]!);
        var status = (await home.RunAsync("agent", "status", "--json")).With(exitCode: 0).Json;
        Assert.Equal("idle", (string?)status["status"]);
        Assert.Equal("completed", (string?)status["last_cycle"]!["outcome"]);
    }
}
