using System.Text.Json.Nodes;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary><c>ktrdr agent run</c>: many cycles by one command, none of them lost, no more at once than may be.</summary>
public sealed class ContinuousTests
{
    [Fact]
    public async Task Three_at_once_run_to_their_ends_each_told_in_a_line_with_the_next_seed()
    {
        using var home = new Home(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("AGENT_MAX_CONCURRENT_RESEARCHES", "3")
        );

        var run = (
            await home.RunAsync("agent", "run", "--cycles", "7", "--parallel", "3", "--seed", "5", "--json")
        ).With(exitCode: 0);

        var lines = run.Lines.Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([5, 6, 7, 8, 9, 10, 11], lines[..^1].Select(line => (int)line["seed"]!).Order());
        Assert.All(lines[..^1], line => Assert.Equal("completed", (string?)line["outcome"]));
        Assert.Equal(7, lines[..^1].Select(line => (string?)line["strategy_name"]).Distinct().Count());
        Assert.Equal(7, (int)lines[^1]["cycles"]!);
        Assert.Equal("cycles", (string?)lines[^1]["ended_by"]);
        Assert.Empty(Standing.Of(home.Folder, atRest: true, mostCycles: 3).Violations());
    }

    [Fact]
    public async Task Where_the_server_takes_one_at_a_time_three_wait_for_each_other_and_it_is_said()
    {
        using var home = Home.Scripted("0.1");
        using var server = await home.ServeAsync();

        var run = (await home.RunAsync("agent", "run", "--cycles", "3", "--parallel", "3")).With(exitCode: 0);

        Assert.Contains("waits its turn", run.Errors, StringComparison.Ordinal);
        Assert.Contains("AGENT_MAX_CONCURRENT_RESEARCHES", run.Errors, StringComparison.Ordinal);
        Assert.Contains("3 completed", run.Output, StringComparison.Ordinal);
        var cycles = (await server.Client.ListOperationsAsync(new("agent_research"), server.Patience)).Data;
        Assert.All(
            cycles.Zip(cycles.Skip(1)),
            pair => Assert.True(pair.Second.CompletedAt <= pair.First.CreatedAt, $"{pair}")
        );
    }

    [Fact]
    public async Task It_waits_for_a_cycle_of_somebody_else_and_one_that_is_cancelled_is_no_success()
    {
        using var home = Home.Scripted("600");
        using var server = await home.ServeAsync();
        var others = await server.TriggerAsync(new TriggerRequest());
        using var run = home.Begin("agent", "run", "--cycles", "1");
        Assert.Contains(others, await run.NotesAsync("waits its turn"), StringComparison.Ordinal);

        await server.Client.CancelCycleAsync(others, server.Patience);
        string? own = null;
        while (own is null)
        {
            var live = await server.Client.AgentStatusAsync(server.Patience) as ActiveAgent;
            own = live?.OperationId == others ? null : live?.OperationId;
        }

        await server.Client.CancelCycleAsync(own, server.Patience);
        var end = (await run.EndAsync()).With(exitCode: 3);
        Assert.Contains("1 cancelled", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ideas_that_a_gate_turns_away_are_success()
    {
        using var home = new Home(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("TRAINING_GATE_MIN_ACCURACY", "0.9")
        );

        var run = (await home.RunAsync("agent", "run", "--cycles", "4")).With(exitCode: 0);

        Assert.Equal(4, run.Lines.Count(line => line.Contains("accuracy_below_threshold (65% < 90%)")));
        Assert.Contains("4 turned away", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_faults_in_a_row_end_it_with_5()
    {
        await using var claude = await LoopbackServer.StartAsync();
        using var home = new Home(
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", "not-" + claude.Key),
            ("ANTHROPIC_BASE_URL", claude.Url)
        );

        var run = (await home.RunAsync("agent", "run", "--cycles", "9")).With(exitCode: 5);

        Assert.Contains("3 failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 cycles in a row", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Until_the_budget_is_success_as_soon_as_one_cycle_was_paid_for()
    {
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Named("good").Begin();
        using var home = new Home(
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", claude.Key),
            ("ANTHROPIC_BASE_URL", claude.Url),
            ("AGENT_DAILY_BUDGET", "0.151")
        );

        var run = (await home.RunAsync("agent", "run", "--until-budget", "--seed", "1", "--bypass-gates")).With(
            exitCode: 0
        );
        var poor = (await home.RunAsync("agent", "run", "--until-budget")).With(exitCode: 7);

        Assert.Contains("1 completed", run.Output, StringComparison.Ordinal);
        Assert.Contains("budget leaves too little", run.Output, StringComparison.Ordinal);
        Assert.Contains("budget_exhausted", poor.Errors, StringComparison.Ordinal);
        Assert.Empty(Standing.Of(home.Folder, atRest: true).Violations());
    }

    [Theory]
    [InlineData("agent run", "--cycles N, or --until-budget")]
    [InlineData("agent run --until-budget", "'scripted' costs nothing")]
    [InlineData("agent run --cycles 0", "--cycles '0'")]
    [InlineData("agent run --cycles 2 --parallel 17", "from 1 to 16")]
    public async Task A_run_without_an_end_is_refused_with_2(string line, string told)
    {
        using var home = Home.Scripted("0");

        var run = (await home.RunAsync(line.Split(' '))).With(exitCode: 2);

        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
    }
}
