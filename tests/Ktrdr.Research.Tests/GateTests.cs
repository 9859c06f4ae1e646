using Ktrdr.Core;

namespace Ktrdr.Research.Tests;

/// <summary>Both gates, their bounds and the exact words they refuse with.</summary>
public sealed class GateTests
{
    [Theory]
    // accuracy, initial loss, final loss, the contract's words
    [InlineData(0.65, 0.85, 0.35, "passed")]
    [InlineData(0.45, 1.0, 0.8, "passed")]
    [InlineData(0.35, 1.0, 0.5, "accuracy_below_threshold (35% < 45%)")]
    [InlineData(0.423, 1.0, 0.5, "accuracy_below_threshold (42.3% < 45%)")]
    [InlineData(0.44999, 1.0, 0.5, "accuracy_below_threshold (44.999% < 45%)")]
    [InlineData(0.5, 1.2, 0.9, "loss_too_high (0.9 > 0.8)")]
    [InlineData(0.5, 1.2, 0.80004, "loss_too_high (0.80004 > 0.8)")]
    [InlineData(0.5, 0.8, 0.76, "insufficient_loss_decrease (5% < 20%)")]
    [InlineData(
        0.35,
        0.95,
        0.9,
        "accuracy_below_threshold (35% < 45%); loss_too_high (0.9 > 0.8); insufficient_loss_decrease (5.3% < 20%)"
    )]
    [InlineData(double.NaN, 1.0, 0.5, "accuracy_missing")]
    [InlineData(0.5, 1.0, double.NaN, "loss_missing; loss_decrease_missing")]
    [InlineData(0.5, double.NaN, 0.5, "loss_decrease_missing")]
    [InlineData(0.5, 0.0, 0.5, "insufficient_loss_decrease (0% < 20%)")]
    public void The_training_gate_says_what_the_contract_says(
        double accuracy,
        double initialLoss,
        double finalLoss,
        string reason
    )
    {
        var verdict = TrainingGate.Judge(Reports.Training(accuracy, initialLoss, finalLoss), new TrainingGateLimits());

        Assert.Equal(reason, verdict.Reason);
        Assert.Equal(reason == "passed", verdict.Passed);
        Assert.Equal(3, verdict.Checks.Count);
    }

    [Theory]
    [InlineData(0.55, 0.1, 1.2, 40, "passed")]
    [InlineData(0.45, 0.4, -0.5, 40, "passed")]
    [InlineData(0.385, 0.1, 1.2, 40, "win_rate_too_low (38.5% < 45%)")]
    [InlineData(0.5, 0.52, 1.2, 40, "drawdown_too_high (52% > 40%)")]
    [InlineData(0.5, 0.1, -0.7, 40, "sharpe_too_low (-0.7 < -0.5)")]
    [InlineData(0.5, 0.1, -0.5004, 40, "sharpe_too_low (-0.5004 < -0.5)")]
    [InlineData(0.5, double.NaN, double.NaN, 40, "drawdown_missing; sharpe_missing")]
    [InlineData(double.NaN, 0.0, double.NaN, 0, "no_trades (0 trades)")]
    public void The_backtest_gate_says_what_the_contract_says(
        double winRate,
        double drawdown,
        double sharpe,
        int trades,
        string reason
    )
    {
        var verdict = BacktestGate.Judge(Reports.Backtest(winRate, drawdown, sharpe, trades), new BacktestGateLimits());

        Assert.Equal(reason, verdict.Reason);
        Assert.Equal(3, verdict.Checks.Count);
    }

    [Fact]
    public void Every_check_keeps_its_figure_and_its_bound_whether_it_passed_or_not()
    {
        var verdict = TrainingGate.Judge(Reports.Training(0.35, 1.0, 0.5), new TrainingGateLimits());

        Assert.Equal(
            [("accuracy", 0.35, 0.45, false), ("loss", 0.5, 0.8, true), ("loss_decrease", 0.5, 0.2, true)],
            verdict.Checks.Select(check => (check.Name, check.Value, check.Bound, check.Passed))
        );
    }
}
