using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>What research remembers: every cycle leaves an experiment, the next brief shows it, and none is done twice.</summary>
public sealed class MemoryTests : IDisposable
{
    private static readonly TriggerRequest s_any = new() { Seed = 1 };

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ktrdr-research-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_cycle_that_a_gate_turns_away_leaves_an_experiment_with_the_figures_and_the_next_brief_shows_it()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("second", 9));
        await using var laboratory = await OpenAsync(claude, "TRAINING_GATE_MIN_ACCURACY=0.99");

        var cycle = await laboratory.RunAsync(s_any);
        var left = Assert.Single(await laboratory.ExperimentsAsync());
        await laboratory.RunAsync(s_any);
        var shown = Assert.Single(claude.Briefs[1].Earlier);

        var accuracy = (double)cycle.Metadata["training_result"]!["accuracy"]!;
        Assert.Equal("training_gate_failed", cycle.Error!.Code);
        Assert.Equal((cycle.Id, "first", "training_gate_failed"), (left.CycleId, left.Name, left.Outcome));
        Assert.Equal($"Training gate failed: {left.Reason}", cycle.Error.Message);
        Assert.Equal(left.Reason, string.Join("; ", left.Learned));
        Assert.Contains("< 99%)", left.Reason, StringComparison.Ordinal);
        Assert.Equal(accuracy, left.Accuracy);
        Assert.Equal((double.NaN, 0), (left.SharpeRatio, left.Trades));
        Assert.Equal(("What ran far comes back.", "triple_barrier"), (left.Hypothesis, left.Labels));
        Assert.Equal(("SAMPLE", "1h"), (left.Symbol, left.Timeframe));
        Assert.Equal(["rsi"], left.Indicators);
        Assert.Equal(Behaviour.Of(Drafts.Rsi("first", 14)), left.Behaviour);
        Assert.Empty(claude.Briefs[0].Earlier);
        Assert.Equivalent(left, shown, strict: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_experiment_remembers_whether_its_author_saw_names(bool named)
    {
        await using var laboratory = await OpenAsync(
            new PlayedClaude(Drafts.Rsi("first", 14)),
            "TRAINING_GATE_MIN_ACCURACY=0.99"
        );

        await laboratory.RunAsync(s_any with { Named = named });

        Assert.Equal(named, Assert.Single(await laboratory.ExperimentsAsync()).Named);
    }

    [Fact]
    public async Task A_cycle_that_completes_leaves_what_its_assessment_found()
    {
        await using var laboratory = await OpenAsync(
            new PlayedClaude(Drafts.Rsi("first", 14)),
            "BACKTEST_GATE_MIN_WIN_RATE=1",
            "TRAINING_GATE_MAX_LOSS=1000",
            "TRAINING_GATE_MIN_ACCURACY=0",
            "TRAINING_GATE_MIN_LOSS_DECREASE=-1000"
        );

        var cycle = await laboratory.RunAsync(s_any with { BypassGates = true });
        var left = Assert.Single(await laboratory.ExperimentsAsync());

        var backtest = cycle.Metadata["backtest_result"]!;
        Assert.Equal(("completed", null, "mediocre"), (left.Outcome, left.Reason, left.Verdict));
        Assert.Equal((double)backtest["win_rate"]!, left.WinRate);
        Assert.Equal((double)backtest["max_drawdown"]!, left.MaxDrawdown);
        Assert.Equal((double)backtest["sharpe_ratio"]!, left.SharpeRatio);
        Assert.Equal((int)backtest["total_trades"]!, left.Trades);
        // The gate let pass what it would have turned away, and that is remembered too.
        Assert.StartsWith("win_rate_too_low (", left.Learned[0], StringComparison.Ordinal);
        Assert.Equal(["too few trades", "one market", "lower the bar"], left.Learned.TakeLast(3));
    }

    [Fact]
    public async Task A_cancelled_cycle_leaves_no_entry_but_is_seen()
    {
        var training = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("second", 9))
        {
            BeforeAssessing = async (_, token) =>
            {
                training.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        await using var laboratory = await OpenAsync(claude);

        var cycle = await laboratory.StartAsync(s_any with { BypassGates = true });
        await training.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await laboratory.Operations.CancelAsync(cycle.Id, "seen enough", Token);
        await laboratory.EndOf(cycle);
        var next = await laboratory.StartAsync(s_any with { BypassGates = true });
        await laboratory.Operations.CancelAsync(next.Id, "seen enough", Token);
        await laboratory.EndOf(next);
        var brief = await MakeAsync(laboratory, "anthropic");

        var seen = brief.Earlier.Single(known => known.CycleId == cycle.Id);
        Assert.Equal(("first", "cancelled"), (seen.Name, seen.Outcome));
        Assert.False(double.IsNaN(seen.SharpeRatio));
        Assert.Empty(await laboratory.ExperimentsAsync());
    }

    [Fact]
    public async Task The_stub_leaves_no_experiment_and_is_shown_to_nobody()
    {
        await using var laboratory = await OpenAsync(
            new PlayedClaude(),
            "AGENT_PROVIDER=scripted",
            "STUB_WORKER_DELAY=0"
        );

        var first = await laboratory.RunAsync(s_any);
        var again = await laboratory.RunAsync(s_any);
        await laboratory.Bars.EnsureSampleAsync(Token);

        Assert.Equal(OperationStatus.Completed, first.Status);
        Assert.Equal(OperationStatus.Completed, again.Status);
        Assert.Empty(await laboratory.ExperimentsAsync());
        Assert.Empty((await MakeAsync(laboratory, "local")).Earlier);
    }

    [Fact]
    public async Task The_same_design_under_another_name_is_refused_before_any_training()
    {
        var copy = Drafts.Rsi("renamed", 14) with { Hypothesis = "New words." };
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), copy);
        await using var laboratory = await OpenAsync(claude, "TRAINING_GATE_MIN_ACCURACY=0.99");

        var first = await laboratory.RunAsync(s_any);
        var second = await laboratory.RunAsync(s_any);

        var reason = first.Error!.Message["Training gate failed: ".Length..];
        var accuracy = (double)first.Metadata["training_result"]!["accuracy"]!;
        Assert.Equal("design_repeated", second.Error!.Code);
        Assert.Equal(
            "Design failed: 'renamed' is, but for its words, the same strategy as 'first', which was tried on SAMPLE 1h and "
                + $"ended training_gate_failed: {reason}; accuracy {accuracy:0.#%}.",
            second.Error.Message
        );
        Assert.Contains("--strategy", second.Error.Next, StringComparison.Ordinal);
        Assert.Equal([null, second.Error.Message["Design failed: ".Length..]], claude.Repeats);
        Assert.Null((string?)second.Metadata["training_op_id"]);
        Assert.False(File.Exists(Path.Combine(_home.FullName, "strategies", "renamed.yaml")));
    }

    [Fact]
    public async Task A_design_that_only_does_the_same_is_refused_too_and_one_parameter_more_is_not()
    {
        var first = Drafts.Of("first", [Drafts.Use("rsi", 14, [0, 50, 100]), Drafts.Use("adx", 14, [0, 25, 100])]);
        var turned = first with
        {
            Name = "turned",
            FuzzySets = [.. first.FuzzySets.Reverse()],
            Inputs = [.. first.Inputs.Reverse()],
        };
        var changed = turned with { Name = "changed", Model = turned.Model with { HiddenLayers = [9] } };
        await using var laboratory = await OpenAsync(
            new PlayedClaude(first, turned, changed),
            "TRAINING_GATE_MIN_ACCURACY=0.99"
        );

        await laboratory.RunAsync(s_any);
        var refused = await laboratory.RunAsync(s_any);
        var tried = await laboratory.RunAsync(s_any);

        Assert.Equal("design_repeated", refused.Error!.Code);
        Assert.Contains(
            "'turned' does the same on probe bars as 'first'",
            refused.Error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("training_gate_failed", tried.Error!.Code);
    }

    [Fact]
    public async Task A_strategy_brought_by_hand_may_be_tried_again_but_not_designed_again()
    {
        var claude = new PlayedClaude(Drafts.Rsi("first", 14), Drafts.Rsi("again", 14));
        await using var laboratory = await OpenAsync(claude);

        await laboratory.RunAsync(s_any with { BypassGates = true });
        var byHand = await laboratory.RunAsync(s_any with { Strategy = "first", BypassGates = true });
        var designed = await laboratory.RunAsync(s_any with { BypassGates = true });

        Assert.Equal(OperationStatus.Completed, byHand.Status);
        Assert.Equal("design_repeated", designed.Error!.Code);
        Assert.Equal(2, (await laboratory.ExperimentsAsync()).Count);
    }

    [Fact]
    public void The_same_strategy_for_another_market_is_no_repetition()
    {
        var first = Drafts.Rsi("first", 14);
        var experiment = Experiment.Of("op_agent_research_1", Result(first), "completed");
        var repetition = new Repetition([experiment]);

        Assert.NotNull(repetition.Of(first));
        Assert.Null(repetition.Of(first with { Data = first.Data with { Symbol = "EURUSD" } }));
    }

    [Fact]
    public async Task A_cycle_that_goes_on_after_a_restart_is_not_taken_for_a_repetition_of_itself()
    {
        var assessing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = new PlayedClaude(Drafts.Rsi("first", 14))
        {
            BeforeAssessing = async (_, token) =>
            {
                assessing.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        var laboratory = await OpenAsync(before);
        var cycle = await laboratory.StartAsync(s_any with { BypassGates = true });
        await assessing.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await laboratory.ShutDownAsync();

        await using var after = await OpenAsync(new PlayedClaude());
        var ended = await after.EndOf(cycle);

        Assert.Equal(OperationStatus.Completed, ended.Status);
        Assert.Equal("completed", Assert.Single(await after.ExperimentsAsync()).Outcome);
    }

    private Task<Laboratory> OpenAsync(PlayedClaude claude, params string[] settings) =>
        Laboratory.OpenAsync(_home, claude, settings);

    private static Task<DesignBrief> MakeAsync(Laboratory laboratory, string provider) =>
        new DesignBriefs(laboratory.Bars, laboratory.Operations).MakeAsync(
            new DesignOrder(provider, provider, Seed: 1, Brief: null, Symbol: null, Timeframe: null, Named: false),
            Token
        );

    private static DesignResult Result(StrategyDocument strategy) =>
        new()
        {
            StrategyName = strategy.Name,
            StrategyPath = $"strategies/{strategy.Name}.yaml",
            StrategyIdentity = "0",
            StrategyHash = StrategyHash.Of(strategy),
            Symbol = strategy.Data.Symbol,
            Timeframe = strategy.Data.BaseTimeframe.Name,
            Indicators = ["rsi"],
            Behaviour = Behaviour.Of(strategy),
            Candidates = 0,
        };
}
