using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent.Tests;

/// <summary>The built-in assessor says what the figures say and no more.</summary>
public sealed class AssessorTests
{
    private static readonly Script s_figures = new(new ResearchOptions(), TimeProvider.System);

    [Fact]
    public void Nothing_is_promising_before_there_is_evidence()
    {
        var splendid = Brief(sharpe: 3.5, holding: 0.2, trades: 400);

        Assert.Equal("mediocre", LocalAssessor.Assess(splendid).Verdict);
    }

    [Fact]
    public void A_loss_is_poor_whatever_else_is_good() =>
        Assert.Equal("poor", LocalAssessor.Assess(Brief(sharpe: -0.1, holding: -2, trades: 400)).Verdict);

    [Fact]
    public void A_profit_smaller_than_holding_gave_is_poor() =>
        Assert.Equal("poor", LocalAssessor.Assess(Brief(sharpe: 0.3, holding: 0.9, trades: 400)).Verdict);

    [Theory]
    [InlineData(2.0, 0.1, 400)]
    [InlineData(-2.0, 0.1, 3)]
    [InlineData(0.2, 0.4, 31)]
    public void It_gives_two_to_four_of_each_and_a_suggestion(double sharpe, double holding, int trades)
    {
        var assessment = LocalAssessor.Assess(Brief(sharpe, holding, trades));

        Assert.InRange(assessment.Strengths.Count, 2, 4);
        Assert.InRange(assessment.Weaknesses.Count, 2, 4);
        Assert.NotEmpty(assessment.Suggestions);
    }

    [Fact]
    public void Made_up_bars_are_the_first_weakness() =>
        Assert.StartsWith(
            "the bars are synthetic",
            LocalAssessor.Assess(Brief(1, 0, 100) with { Synthetic = true }).Weaknesses[0],
            StringComparison.Ordinal
        );

    [Fact]
    public void Few_trades_are_a_weakness_with_their_number() =>
        Assert.Contains(
            LocalAssessor.Assess(Brief(1, 0, 7)).Weaknesses,
            weakness => weakness.StartsWith("7 trades are too few", StringComparison.Ordinal)
        );

    private static AssessmentBrief Brief(double sharpe, double holding, int trades)
    {
        var backtest = s_figures.Backtest;
        return new AssessmentBrief
        {
            Model = Providers.Local,
            StrategyName = "calm_owl",
            Hypothesis = "",
            Synthetic = false,
            Training = s_figures.Training,
            Backtest = backtest with
            {
                Metrics = backtest.Metrics with { SharpeRatio = sharpe, TotalTrades = trades },
                BuyAndHold = backtest.Metrics with { SharpeRatio = holding },
            },
            Gates =
            [
                TrainingGate.Judge(s_figures.Training, new TrainingGateLimits()),
                new Verdict("backtest", [new Check("sharpe", sharpe, -5, true, true, "")]),
            ],
            Candidates = 11,
        };
    }
}
