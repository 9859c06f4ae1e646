using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>Going on from an ended operation, or doing its order anew; and in which words either is refused.</summary>
public sealed class FollowUpTests : IDisposable
{
    private static readonly TriggerRequest s_any = new() { Seed = 1, BypassGates = true };

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ktrdr-research-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_cycle_that_broke_in_its_assessment_is_resumed_with_what_it_had_and_only_assessed()
    {
        var broken = true;
        var claude = new PlayedClaude(Drafts.Rsi("first", 14))
        {
            BeforeAssessing = (_, _) => broken ? throw new IOException("the line is dead") : Task.CompletedTask,
        };
        await using var laboratory = await OpenAsync(claude);
        var failed = await laboratory.RunAsync(s_any);
        broken = false;

        var started = Started(await laboratory.Desk.ResumeAsync(failed.Id, Token));
        var resumed = await laboratory.EndOf(started);

        Assert.Equal(OperationStatus.Failed, failed.Status);
        Assert.Equal((OperationStatus.Completed, failed.Id), (resumed.Status, resumed.Resumes));
        Assert.Equal((failed.Seed, "first"), (resumed.Seed, (string?)resumed.Metadata["strategy_name"]));
        Assert.Equal("assessing", (string?)started.Metadata["phase"]);
        foreach (var fact in (string[])["design_op_id", "training_op_id", "backtest_op_id", "model_path"])
        {
            Assert.Equal((string?)failed.Metadata[fact], (string?)resumed.Metadata[fact]);
        }

        var children = await laboratory.Operations.ChildrenAsync(resumed.Id, Token);
        Assert.Equal(["assess"], children.Select(child => child.Name));
        Assert.Equal(children[0].Id, (string?)resumed.Metadata["assessment_op_id"]);
        Assert.Single(claude.Briefs);
        Assert.Single(await laboratory.Operations.LedgerAsync<Trial>(Trial.Ledger, null, Token));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_home.FullName, "strategies"), "*.yaml"));
    }

    [Fact]
    public async Task A_cycle_cancelled_in_its_design_goes_on_with_the_brief_it_had()
    {
        var never = true;
        var designing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var claude = new PlayedClaude(Drafts.Rsi("first", 14))
        {
            Before = async (_, token) =>
            {
                designing.TrySetResult();
                await Task.Delay(never ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            },
        };
        await using var laboratory = await OpenAsync(claude);
        var cycle = await laboratory.StartAsync(s_any);
        await designing.Task;
        await laboratory.Operations.CancelAsync(cycle.Id, null, Token);
        await laboratory.EndOf(cycle);
        never = false;

        var resumed = await laboratory.EndOf(Started(await laboratory.Desk.ResumeAsync(cycle.Id, Token)));

        Assert.Equal(OperationStatus.Completed, resumed.Status);
        Assert.Equal("designing", (string?)cycle.Metadata["phase"]);
        Assert.Equivalent(claude.Briefs[0], claude.Briefs[1]);
    }

    [Fact]
    public async Task A_retry_does_the_same_order_anew_with_the_same_seed_and_says_what_it_retries()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("second", 21));
        await using var laboratory = await OpenAsync(claude, "TRAINING_GATE_MIN_ACCURACY=0.99");
        var refused = await laboratory.RunAsync(s_any with { BypassGates = false, Named = true });

        var retried = await laboratory.EndOf(Started(await laboratory.Desk.RetryAsync(refused.Id, Token)));

        Assert.Equal("training_gate_failed", refused.Error?.Code);
        Assert.Equal(refused.Order.GetRawText(), retried.Order.GetRawText());
        Assert.Equal((refused.Seed, refused.Id), (retried.Seed, (string?)retried.Metadata["retries"]));
        Assert.Null(retried.Resumes);
        Assert.Equal("second", (string?)retried.Metadata["strategy_name"]);
        Assert.Equal(2, (await laboratory.Operations.ChildrenAsync(retried.Id, Token)).Count);
    }

    [Fact]
    public async Task A_cancelled_training_is_resumed_from_its_checkpoint_to_the_same_model()
    {
        await using var laboratory = await OpenAsync(new PlayedClaude());
        await laboratory.Bars.EnsureSampleAsync(Token);
        await PublishAsync(laboratory, "patient", epochs: 300);
        var whole = await laboratory.EndOf(Started(await laboratory.Desk.TrainAsync("patient", 1, null, null, Token)));
        var training = Started(await laboratory.Desk.TrainAsync("patient", 1, null, null, Token));
        await foreach (var line in laboratory.Operations.WatchAsync(training.Id, 0, Token))
        {
            if ((int?)line.Body["context"]?["epoch"] > 10)
            {
                break;
            }
        }

        await laboratory.Operations.CancelAsync(training.Id, null, Token);
        await laboratory.EndOf(training);
        Assert.Equal([training.Id], laboratory.Checkpoints.Owners());
        var resumed = await laboratory.EndOf(Started(await laboratory.Desk.ResumeAsync(training.Id, Token)));

        Assert.Equal((OperationStatus.Completed, training.Id), (resumed.Status, resumed.Resumes));
        Assert.True((int?)resumed.Metadata["resumed_after_epoch"] >= 10);
        Assert.Equal("patient", (string?)resumed.Metadata["strategy_name"]);
        Assert.Equal(
            whole.Result!.Value.GetProperty("model_identity").GetString(),
            resumed.Result!.Value.GetProperty("model_identity").GetString()
        );
        Assert.Empty(laboratory.Checkpoints.Owners());
    }

    [Fact]
    public async Task A_start_keeps_the_checkpoints_somebody_may_go_on_from_and_no_others()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14))
        {
            BeforeAssessing = (_, _) => throw new IOException("the line is dead"),
        };
        Operation failed;
        Operation done;
        await using (var first = await OpenAsync(claude))
        {
            failed = await first.RunAsync(s_any);
            done = (await first.Operations.ChildrenAsync(failed.Id, Token))[0];
            foreach (var owner in (string[])[failed.Id, done.Id, "op_training_of_nobody"])
            {
                first.Checkpoints.Put(owner, new string('a', 64), Checkpoint());
            }

            await first.ShutDownAsync();
        }

        await using var second = await OpenAsync(claude);

        Assert.Equal(OperationStatus.Completed, done.Status);
        Assert.Equal([failed.Id], second.Checkpoints.Owners());
    }

    [Fact]
    public async Task What_cannot_be_followed_is_refused_in_words_and_nothing_is_started()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14));
        await using var laboratory = await OpenAsync(claude);
        var completed = await laboratory.RunAsync(s_any);
        var child = (await laboratory.Operations.ChildrenAsync(completed.Id, Token))[0];

        foreach (
            var ask in (Func<string, CancellationToken, Task<StartOutcome>>[])
                [laboratory.Desk.ResumeAsync, laboratory.Desk.RetryAsync]
        )
        {
            Assert.Equal("unknown_operation", Refused(await ask("op_nobody", Token)).Code);
            Assert.Equal("operation_finished", Refused(await ask(completed.Id, Token)).Code);
            var part = Refused(await ask(child.Id, Token));
            Assert.Equal(("not_a_root", completed.Id), (part.Code, part.OperationId));
        }

        var all = await laboratory.Operations.ListAsync(new OperationQuery { Type = OperationTypes.Cycle }, Token);
        Assert.Equal(1, all.Total);
    }

    [Fact]
    public async Task What_a_gate_turned_away_is_not_resumed_and_the_refusal_says_why_and_what_can_be_done()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14));
        await using var laboratory = await OpenAsync(claude, "TRAINING_GATE_MIN_ACCURACY=0.99");
        var turnedAway = await laboratory.RunAsync(s_any with { BypassGates = false });

        var refusal = Refused(await laboratory.Desk.ResumeAsync(turnedAway.Id, Token));

        Assert.Equal("turned_away", refusal.Code);
        Assert.Contains("Training gate failed: accuracy_below_threshold", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"ktrdr operations retry {turnedAway.Id}", refusal.Next, StringComparison.Ordinal);
        Assert.Contains("--strategy first --bypass-gates", refusal.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_one_is_not_followed_and_a_live_cycle_is_in_the_way_of_every_other()
    {
        var broken = true;
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("second", 21))
        {
            BeforeAssessing = (_, token) =>
                broken ? throw new IOException("the line is dead") : Task.Delay(Timeout.InfiniteTimeSpan, token),
        };
        await using var laboratory = await OpenAsync(claude);
        var failed = await laboratory.RunAsync(s_any);
        broken = false;
        var live = await laboratory.StartAsync(s_any);

        Assert.Equal("operation_live", Refused(await laboratory.Desk.ResumeAsync(live.Id, Token)).Code);
        var taken = Refused(await laboratory.Desk.ResumeAsync(failed.Id, Token));
        Assert.Equal(("active_cycle_exists", live.Id), (taken.Code, taken.OperationId));
        Assert.Equal("active_cycle_exists", Refused(await laboratory.Desk.RetryAsync(failed.Id, Token)).Code);
        await laboratory.Operations.CancelAsync(live.Id, null, Token);
        await laboratory.EndOf(live);
    }

    [Fact]
    public async Task Where_two_may_be_live_one_is_resumed_beside_another_and_a_third_is_refused()
    {
        var broken = true;
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("second", 21))
        {
            BeforeAssessing = (_, token) =>
                broken ? throw new IOException("the line is dead") : Task.Delay(Timeout.InfiniteTimeSpan, token),
        };
        await using var laboratory = await OpenAsync(claude, "AGENT_MAX_CONCURRENT_RESEARCHES=2");
        var failed = await laboratory.RunAsync(s_any);
        broken = false;
        var live = await laboratory.StartAsync(s_any);

        var resumed = Started(await laboratory.Desk.ResumeAsync(failed.Id, Token));

        Assert.Equal("active_cycle_exists", Refused(await laboratory.Desk.ResumeAsync(failed.Id, Token)).Code);
        Assert.Equal("active_cycle_exists", Refused(await laboratory.Desk.RetryAsync(failed.Id, Token)).Code);
        Assert.Equal("active_cycle_exists", (await laboratory.RefusedAsync(s_any)).Code);
        foreach (var cycle in (Operation[])[live, resumed])
        {
            await laboratory.Operations.CancelAsync(cycle.Id, null, Token);
            await laboratory.EndOf(cycle);
        }
    }

    [Theory]
    [InlineData("AGENT_DAILY_BUDGET=0.10", "budget_exhausted")]
    [InlineData("ANTHROPIC_API_KEY=", "no_api_key")]
    public async Task A_cycle_that_must_pay_is_refused_as_a_trigger_would_be(string setting, string code)
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14))
        {
            BeforeAssessing = (_, _) => throw new IOException("the line is dead"),
        };
        Operation failed;
        await using (var first = await OpenAsync(claude))
        {
            failed = await first.RunAsync(s_any);
            await first.ShutDownAsync();
        }

        await using var second = await OpenAsync(claude, setting);

        Assert.Equal(code, Refused(await second.Desk.ResumeAsync(failed.Id, Token)).Code);
        Assert.Equal(code, Refused(await second.Desk.RetryAsync(failed.Id, Token)).Code);
    }

    private static TrainingCheckpoint Checkpoint() =>
        new()
        {
            InitialLoss = 1,
            Epochs = [new EpochProgress(1, 1, 0.5, 1, 0.5)],
            Weights = [1],
            Steps = 1,
            Memory = [],
            Dropout = [],
            Best = [],
        };

    private static async Task PublishAsync(Laboratory laboratory, string name, int epochs)
    {
        var draft = Drafts.Rsi(name, 14);
        var strategy = draft with { Training = draft.Training with { Epochs = epochs } };
        await laboratory.Strategies.PublishAsync(await laboratory.Strategies.PutAsync(strategy, Token), name, Token);
    }

    private static Operation Started(StartOutcome outcome) => Assert.IsType<StartOutcome.Started>(outcome).Operation;

    private static Refusal Refused(StartOutcome outcome) => Assert.IsType<StartOutcome.Refused>(outcome).Refusal;

    private Task<Laboratory> OpenAsync(PlayedClaude claude, params string[] settings) =>
        Laboratory.OpenAsync(_home, claude, settings);
}
