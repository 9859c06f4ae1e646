using Ktrdr.Client;

namespace Ktrdr.System.Tests;

/// <summary>A cycle outlives the process that ran it, and nothing that was finished is done again.</summary>
public sealed class RestartTests(SampleCycle sample)
{
    private static readonly string[] s_types = ["agent_design", "training", "backtesting", "agent_assessment"];

    [Theory]
    [InlineData("designing")]
    [InlineData("training")]
    [InlineData("backtesting")]
    [InlineData("assessing")]
    public async Task A_server_killed_in_any_phase_ends_the_same_cycle_after_its_restart(string phase)
    {
        using var home = Home.Scripted("1.5");
        string cycle;
        IReadOnlyList<OperationView> before;
        using (var server = await home.ServeAsync())
        {
            cycle = await server.TriggerAsync(new TriggerRequest());
            await server.PhaseAsync(cycle, phase);
            before = await server.Client.ChildrenAsync(cycle, server.Patience);
            await server.KillAsync();
        }

        using var restarted = await home.ServeAsync(("STUB_WORKER_DELAY", "0"));
        var end = await restarted.EndAsync(cycle);

        Assert.Equal("completed", end.Status);
        var after = await restarted.Client.ChildrenAsync(cycle, restarted.Patience);
        Assert.Equal(s_types, after.Select(child => child.OperationType));
        Assert.Equal(
            before.Select(child => child.OperationId),
            after.Take(before.Count).Select(child => child.OperationId)
        );
        Assert.All(
            before.Zip(after).Where(pair => pair.First.IsTerminal),
            pair => Assert.Equal((1, pair.First.CompletedAt), (pair.Second.Attempt, pair.Second.CompletedAt))
        );
        Assert.All(after, child => Assert.Equal("completed", child.Status));
    }

    [Fact]
    public async Task A_server_killed_while_a_network_learns_ends_the_same_cycle_with_one_backtest()
    {
        using var home = new Home();
        home.Write("long_lesson", await sample.StrategyAsync("long_lesson", epochs: 100));
        string cycle;
        string training;
        using (var server = await home.ServeAsync())
        {
            var request = new TriggerRequest
            {
                Strategy = "long_lesson",
                Seed = 1,
                BypassGates = true,
            };
            cycle = await server.TriggerAsync(request);
            training = (string)(await server.PhaseAsync(cycle, "training"))["training_op_id"]!;
            await server.EventAsync(training, line => line.Body["context"]?["epoch"] is not null);
            await server.KillAsync();
        }

        using var restarted = await home.ServeAsync();
        var end = await restarted.EndAsync(cycle);

        Assert.Equal("completed", end.Status);
        Assert.Equal(2, end.Attempt);
        var children = await restarted.Client.ChildrenAsync(cycle, restarted.Patience);
        Assert.Equal(s_types[1..], children.Select(child => child.OperationType));
        Assert.Equal(training, children[0].OperationId);
        Assert.Equal([2, 1, 1], children.Select(child => child.Attempt));
        Assert.Equal(
            1,
            (await restarted.Client.ListOperationsAsync(new(Type: "backtesting"), restarted.Patience)).TotalCount
        );
        Assert.Single(Directory.EnumerateDirectories(home.At("models/long_lesson")));
    }

    [Fact]
    public async Task A_training_killed_midway_goes_on_from_its_checkpoint_and_makes_the_very_same_files()
    {
        using var home = new Home();
        using var undisturbed = new Home();
        var request = new TrainingRequest { Strategy = "long_lesson", Seed = 1 };
        foreach (var each in (Home[])[home, undisturbed])
        {
            each.Write("long_lesson", await sample.StrategyAsync("long_lesson", epochs: 400));
        }

        string training;
        using (var server = await home.ServeAsync())
        {
            training = (await server.Client.TrainAsync(request, server.Patience)).OperationId;
            await server.EventAsync(training, line => (int?)line.Body["context"]?["epoch"] > 10);
            await server.KillAsync();
        }

        OperationView end;
        using (var restarted = await home.ServeAsync())
        {
            end = await restarted.EndAsync(training);
            Assert.Equal(("completed", 2), (end.Status, end.Attempt));
            var told = await restarted.EventAsync(training, line => line.Body["resumed_after_epoch"] is not null);
            Assert.Equal(0, (int)told.Body["resumed_after_epoch"]! % 10);
            await restarted.EventAsync(
                training,
                line =>
                    line.Number > told.Number
                    && (int?)line.Body["context"]?["epoch"] > (int)told.Body["resumed_after_epoch"]!
            );
        }

        using var other = await undisturbed.ServeAsync();
        var expected = await other.EndAsync((await other.Client.TrainAsync(request, other.Patience)).OperationId);
        Assert.Null(expected.Metadata["resumed_after_epoch"]);
        Assert.Equal(expected.ResultSummary?.GetRawText(), end.ResultSummary?.GetRawText());
        Assert.Equal(undisturbed.Files("models", "data/shelf"), home.Files("models", "data/shelf"));
        Assert.Empty(home.Files("data/checkpoints"));
    }

    [Fact]
    public async Task A_cycle_cancelled_by_mistake_is_resumed_by_a_command_that_stays_to_its_end()
    {
        using var home = Home.Scripted("0");
        string cycle;
        string training;
        using (var server = await home.ServeAsync(("STUB_WORKER_DELAY", "1.5")))
        {
            cycle = await server.TriggerAsync(new TriggerRequest());
            training = (string)(await server.PhaseAsync(cycle, "backtesting"))["training_op_id"]!;
            await server.Client.CancelCycleAsync(cycle, server.Patience);
            await server.EndAsync(cycle);
        }

        var run = (await home.RunAsync("operations", "resume", cycle, "--json")).With(exitCode: 0);
        (await home.RunAsync("operations", "resume", cycle, "--follow")).With(exitCode: 0);
        var again = (await home.RunAsync("operations", "retry", run.CycleId)).With(exitCode: 1);

        Assert.Contains("has completed", again.Errors, StringComparison.Ordinal);
        var resumed = (await home.RunAsync("operations", "show", run.CycleId, "--json")).With(exitCode: 0).Json[
            "data"
        ]!;
        Assert.Equal(cycle, (string?)resumed["metadata"]!["resumes"]);
        Assert.Equal(training, (string?)resumed["metadata"]!["training_op_id"]);
        var trainings = (await home.RunAsync("operations", "list", "--type", "training", "--json")).Json;
        Assert.Equal(1, (int)trainings["total_count"]!);
    }

    [Fact]
    public async Task Where_a_crash_is_to_fail_a_killed_cycle_ends_and_its_next_step_finishes_it()
    {
        using var home = Home.Scripted("0");
        string cycle;
        using (var server = await home.ServeAsync(("STUB_WORKER_DELAY", "1.5")))
        {
            cycle = await server.TriggerAsync(new TriggerRequest());
            await server.PhaseAsync(cycle, "backtesting");
            await server.KillAsync();
        }

        using var restarted = await home.ServeAsync(("KTRDR_ON_RESTART", "fail"));
        var end = await restarted.EndAsync(cycle);

        Assert.Equal(("failed", "crashed"), (end.Status, end.ErrorCode));
        Assert.EndsWith($"ktrdr operations resume {cycle}", end.Next, StringComparison.Ordinal);
        Assert.All(
            await restarted.Client.ChildrenAsync(cycle, restarted.Patience),
            child => Assert.True(child.IsTerminal)
        );
        var resumed = await restarted.EndAsync(
            (await restarted.Client.ResumeAsync(cycle, restarted.Patience)).OperationId
        );
        Assert.Equal("completed", resumed.Status);
        Assert.Equal(
            1,
            (await restarted.Client.ListOperationsAsync(new(Type: "training"), restarted.Patience)).TotalCount
        );
    }

    [Fact]
    public async Task A_word_that_is_neither_resume_nor_fail_stops_the_server_at_start()
    {
        using var home = new Home(("KTRDR_ON_RESTART", "perhaps"));

        var run = (await home.RunAsync("serve", "--port", "0")).With(exitCode: 1);

        Assert.Contains("KTRDR_ON_RESTART is 'perhaps'", run.Errors, StringComparison.Ordinal);
    }
}
