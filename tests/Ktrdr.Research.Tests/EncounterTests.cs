using Ktrdr.Core;

namespace Ktrdr.Research.Tests;

/// <summary>What a backtest leaves behind: its report, and the trial the ledger keeps.</summary>
public sealed class EncounterTests
{
    private static readonly StrategyDocument s_strategy = Strategy();
    private static readonly MarketWindow s_market = Market();

    [Fact]
    public void A_trial_is_of_the_strategy_that_traded_even_if_it_was_changed_after_the_training()
    {
        var model = Train(s_strategy);
        var changed = s_strategy with { Decisions = s_strategy.Decisions with { ConfidenceThreshold = 0.9 } };

        Assert.Equal(StrategyHash.Of(s_strategy), Trade(s_strategy, model).StrategyHash);
        Assert.Equal(StrategyHash.Of(changed), Trade(changed, model).StrategyHash);
        Assert.NotEqual(StrategyHash.Of(s_strategy), StrategyHash.Of(changed));
    }

    [Fact]
    public void A_trial_keeps_a_return_for_every_bar_and_how_many_ideas_were_scored()
    {
        var trial = Trade(s_strategy, Train(s_strategy));

        Assert.Equal(trial.T, trial.Returns.Count);
        Assert.Equal(7, trial.Candidates);
        Assert.Equal(s_market.Hash, trial.WindowHash);
        Assert.Equal(11, trial.Seed);
    }

    [Fact]
    public void A_figure_that_is_no_number_is_named_in_the_warnings()
    {
        var never = s_strategy with { Decisions = s_strategy.Decisions with { ConfidenceThreshold = 1 } };

        var report = Meet(never, Train(never)).Record.Report;

        Assert.Equal(0, report.Metrics.TotalTrades);
        var warning = Assert.Single(report.Warnings, warning => warning.Contains("null", StringComparison.Ordinal));
        Assert.Contains("sharpe_ratio", warning, StringComparison.Ordinal);
        Assert.Contains("win_rate", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("max_drawdown", warning, StringComparison.Ordinal);
    }

    private static Trial Trade(StrategyDocument strategy, TrainedModel model) => Meet(strategy, model).Trial;

    private static Encounter Meet(StrategyDocument strategy, TrainedModel model) =>
        Encounter.Of(
            strategy,
            model,
            s_market,
            new BacktestOrder
            {
                StrategyName = strategy.Name,
                StrategyIdentity = "",
                ModelIdentity = "",
                Candidates = 7,
            },
            TestContext.Current.CancellationToken
        );

    private static TrainedModel Train(StrategyDocument strategy)
    {
        var seed = new Seed(11);
        var lesson = Lesson.Prepare(strategy, s_market, start: null, end: null);
        var outcome = Trainer.Train(
            Network.Initial(lesson.Shape, seed),
            lesson.Training,
            lesson.Validation,
            TrainingPlan.From(strategy.Training, strategy.Model),
            seed,
            _ => { },
            TestContext.Current.CancellationToken
        );
        return new TrainedModel
        {
            StrategyName = strategy.Name,
            StrategyHash = StrategyHash.Of(strategy),
            StrategyIdentity = "",
            Symbol = s_market.Symbol,
            Timeframe = s_market.BaseTimeframe.Name,
            WindowHash = s_market.Hash,
            Seed = seed.Value,
            InstructionSet = outcome.InstructionSet,
            Shape = lesson.Shape,
            Weights = outcome.Network.Weights.ToArray(),
            Features = lesson.Columns,
            Report = lesson.Report(outcome, s_market),
        };
    }

    private static MarketWindow Market()
    {
        var bars = SampleMarket.Make().Slice(0, 1_500);
        return new MarketWindow
        {
            Symbol = SampleMarket.Symbol,
            Kind = InstrumentKind.Forex,
            Synthetic = true,
            Window = Window.Learning,
            BaseTimeframe = Timeframe.H1,
            Series = new Dictionary<Timeframe, Bars> { [Timeframe.H1] = bars },
            First = 0,
            Hash = BarsHash.Of(bars),
            TypicalSpread = Spreads.Median(bars.Spread),
        };
    }

    private static StrategyDocument Strategy()
    {
        var rsi = IndicatorCatalogue.Find("rsi")!;
        return new StrategyDocument
        {
            Name = "by_hand",
            Data = new TrainingData
            {
                Symbol = SampleMarket.Symbol,
                Timeframes = [Timeframe.H1],
                BaseTimeframe = Timeframe.H1,
            },
            Indicators = [new StrategyIndicator("rsi_14", rsi, rsi.DefaultSettings())],
            FuzzySets =
            [
                new FuzzySet(
                    "rsi_zone",
                    new IndicatorReference("rsi_14", "value", 0),
                    [
                        new Membership("low", new MembershipFunction.Triangular(0, 0, 60)),
                        new Membership("high", new MembershipFunction.Triangular(40, 100, 100)),
                    ]
                ),
            ],
            Inputs = [new NetworkInput.Fuzzy("rsi_zone", [Timeframe.H1])],
            Model = new NetworkDesign { HiddenLayers = [4] },
            Decisions = new DecisionRules(),
            Exits = new ExitRules { Kind = ExitKind.Opposite },
            Training = new TrainingDesign { Labels = new LabelRules.ZigZag(0.01, 20), Epochs = 2 },
        };
    }
}
