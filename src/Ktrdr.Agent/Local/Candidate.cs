using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>An idea worked out for a market: a complete strategy, trained, and traded on learning bars it was not fitted to.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Training">How it trained.</param>
/// <param name="Outcome">How it traded the validation and test rows of the learning window, after costs.</param>
internal sealed record Candidate(StrategyDocument Strategy, TrainingReport Training, Performance Outcome)
{
    private const int FewestTrades = 30;

    /// <summary>Whether both gates would let it pass on the learning bars.</summary>
    public bool LooksFit(TrainingGateLimits training, BacktestGateLimits backtest) =>
        TrainingGate.Judge(Training, training).Passed
        && Outcome.TotalTrades >= FewestTrades
        && Outcome.WinRate >= backtest.MinimumWinRate
        && Outcome.MaxDrawdown <= backtest.MaximumDrawdown
        && Outcome.SharpeRatio >= backtest.MinimumSharpe;

    /// <summary>How good it looks: its Sharpe ratio, or the worst there is without one.</summary>
    public double Score => double.IsNaN(Outcome.SharpeRatio) ? double.NegativeInfinity : Outcome.SharpeRatio;
}
