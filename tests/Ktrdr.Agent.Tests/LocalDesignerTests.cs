using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent.Tests;

/// <summary>The built-in designer: seeded, checked, blind to what it may not see.</summary>
public sealed class LocalDesignerTests
{
    private static readonly LocalDesigner s_designer = new(new ResearchOptions());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_design_is_a_strategy_the_one_reader_accepts_without_a_warning(int seed)
    {
        var design = await DesignAsync(Sample.Brief(seed));

        var reading = StrategyReader.Read(StrategyWriter.Write(design.Strategy));

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.Equal(StrategyHash.Of(design.Strategy), StrategyHash.Of(reading.Document!));
    }

    [Fact]
    public async Task The_same_brief_gives_the_same_design_and_another_seed_another_one()
    {
        var first = await DesignAsync(Sample.Brief(1));
        var again = await DesignAsync(Sample.Brief(1));
        var other = await DesignAsync(Sample.Brief(2));

        Assert.Equal(StrategyHash.Of(first.Strategy), StrategyHash.Of(again.Strategy));
        Assert.Equal(first.Strategy.Description, again.Strategy.Description);
        Assert.NotEqual(StrategyHash.Of(first.Strategy), StrategyHash.Of(other.Strategy));
    }

    [Fact]
    public async Task No_more_than_twenty_candidates_are_scored_by_trading_and_they_are_counted()
    {
        var design = await DesignAsync(Sample.Brief(1));

        Assert.InRange(design.Candidates, 1, 20);
        Assert.Contains($"Best of {design.Candidates} ideas", design.Strategy.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strategy_that_was_tried_is_not_handed_in_again()
    {
        var first = await DesignAsync(Sample.Brief(1));
        var hash = StrategyHash.Of(first.Strategy);

        // Only the hash is known of it, so the same family may come back, but not the same strategy.
        var next = await DesignAsync(Sample.Brief(1, Earlier(hash, ["another"])));

        Assert.NotEqual(hash, StrategyHash.Of(next.Strategy));
    }

    [Fact]
    public async Task Ideas_that_do_the_same_as_an_earlier_one_are_passed_over_for_the_next_best()
    {
        var best = await DesignAsync(Sample.Brief(1));
        var asked = new List<string>();
        var desk = new DeskWith(Sample.Learning)
        {
            Known = strategy =>
            {
                asked.Add(strategy.Name);
                return asked.Count <= 2 ? "It was tried." : null;
            },
        };

        var next = await s_designer.DesignAsync(Sample.Brief(1), desk, TestContext.Current.CancellationToken);

        Assert.Equal(3, asked.Count);
        Assert.Equal(best.Strategy.Name, asked[0]);
        Assert.Equal(next.Strategy.Name, asked[2]);
        Assert.NotEqual(StrategyHash.Of(best.Strategy), StrategyHash.Of(next.Strategy));
        Assert.Equal(best.Candidates, next.Candidates);
    }

    [Fact]
    public async Task Without_a_new_idea_there_is_no_design()
    {
        var desk = new DeskWith(Sample.Learning) { Known = strategy => $"'{strategy.Name}' was tried." };

        var failure = await Assert.ThrowsAsync<OperationFailedException>(() =>
            s_designer.DesignAsync(Sample.Brief(1), desk, TestContext.Current.CancellationToken)
        );

        Assert.Equal("design_repeated", failure.Error.Code);
        Assert.EndsWith("was tried.", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_families_of_the_last_strategies_are_passed_over()
    {
        var first = await DesignAsync(Sample.Brief(1));
        var family = Family(first.Strategy);

        var next = await DesignAsync(Sample.Brief(1, Earlier("another", family)));

        Assert.NotEqual(family, Family(next.Strategy));
    }

    [Fact]
    public async Task What_it_trained_while_searching_is_what_the_cycle_will_train()
    {
        var design = await DesignAsync(Sample.Brief(1));

        var lesson = Lesson.Prepare(design.Strategy, Sample.Learning, start: null, end: null);
        var seed = new Seed(1);
        var outcome = Trainer.Train(
            Network.Initial(lesson.Shape, seed),
            lesson.Training,
            lesson.Validation,
            TrainingPlan.From(design.Strategy.Training, design.Strategy.Model),
            seed,
            _ => { },
            CancellationToken.None
        );
        var verdict = TrainingGate.Judge(lesson.Report(outcome, Sample.Learning), new TrainingGateLimits());

        // On this market most ideas pass the first gate, and the search prefers those that do.
        Assert.True(verdict.Passed, verdict.Reason);
    }

    [Fact]
    public async Task The_dataset_is_chosen_by_the_seed_and_named_when_there_are_several()
    {
        var brief = Sample.Brief(1) with { Markets = [Sample.OnHand, Sample.OnHand with { Symbol = "OTHER" }] };
        var desk = new DeskWith(Sample.Learning);

        var design = await s_designer.DesignAsync(brief, desk, CancellationToken.None);

        Assert.Single(desk.Asked);
        Assert.Contains("was chosen among 2 datasets", design.Strategy.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_dataset_it_says_how_to_get_one()
    {
        var fault = await Assert.ThrowsAsync<OperationFailedException>(() =>
            DesignAsync(Sample.Brief(1) with { Markets = [] })
        );

        Assert.Equal("design_failed", fault.Error.Code);
        Assert.Contains("ktrdr data import", fault.Error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bars_that_never_move_are_refused_with_a_reason()
    {
        var count = 3_000;
        var flat = new Bars(
            Timeframe.H1,
            [.. Enumerable.Range(0, count).Select(hour => 1_262_563_200L + (hour * 3_600L))],
            Flat(),
            Flat(),
            Flat(),
            Flat(),
            new double[count],
            [.. Enumerable.Repeat(0.0001, count)]
        );

        var fault = await Assert.ThrowsAsync<OperationFailedException>(() =>
            s_designer.DesignAsync(Sample.Brief(1), new DeskWith(Sample.Window(flat)), CancellationToken.None)
        );

        Assert.Contains("could be tried", fault.Error.Message, StringComparison.Ordinal);

        double[] Flat() => [.. Enumerable.Repeat(1.25, count)];
    }

    [Fact]
    public void The_manual_tells_how_many_ideas_are_scored() =>
        Assert.Contains(
            $"It scores at most {LocalDesigner.MostCandidates} ideas",
            File.ReadAllText(Path.Combine(Shared.Repository, "docs", "cycle.md")),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Cancellation_stops_the_search()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            s_designer.DesignAsync(Sample.Brief(1), new DeskWith(Sample.Learning), source.Token)
        );
    }

    private static Task<Design> DesignAsync(DesignBrief brief) =>
        s_designer.DesignAsync(brief, new DeskWith(Sample.Learning), CancellationToken.None);

    private static string[] Family(StrategyDocument strategy) =>
        [.. strategy.Indicators.Select(indicator => indicator.Definition.Type).Order(StringComparer.Ordinal)];

    private static Experiment Earlier(string hash, IReadOnlyList<string> indicators) =>
        new()
        {
            CycleId = "op_agent_research_20260101_000000_00000000",
            Name = "earlier",
            Hash = hash,
            Symbol = SampleMarket.Symbol,
            Timeframe = "1h",
            Indicators = indicators,
            Outcome = "completed",
            Verdict = "mediocre",
            SharpeRatio = 0.3,
        };
}
