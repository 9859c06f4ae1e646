namespace Ktrdr.Core;

/// <summary>Turns an equity curve and its trades into the figures that gates and people read.</summary>
/// <remarks>
/// <para><b>Returns.</b> <c>rₜ = Eₜ/Eₜ₋₁ − 1</c> for each traded bar, the first against the initial capital; deviations
/// are sample deviations (n − 1); <c>B</c> is bars a year, years are bars over <c>B</c>.</para>
/// <para><b>Growth.</b> Annualized return <c>(E_end/E_start)^(1/years) − 1</c>; volatility <c>σ·√B</c>.</para>
/// <para><b>Ratios.</b> Sharpe <c>mean/σ·√B</c>, risk-free rate 0; Sortino <c>mean/σ₋·√B</c>, σ₋ being the deviation of the
/// negative returns; Calmar annualized return over largest drawdown; recovery total return over largest drawdown in money.</para>
/// <para><b>Drawdown.</b> <c>(peak − E)/peak</c> at its largest, the running peak starting at the initial capital; in money,
/// <c>peak − E</c> at that same trough.</para>
/// <para><b>Trades.</b> A net profit above 0 wins, below 0 loses, 0 counts in the total only. Holding times run from the
/// start of the entry bar to the start of the exit bar.</para>
/// <para><b>Undefined.</b> NaN: ratios over a deviation below 1e-10 or a drawdown of 0, anything of no trades, everything
/// after a ruin that needs a return. A profit factor without losses is infinite.</para>
/// </remarks>
public static class PerformanceMetrics
{
    private const double SecondsAnHour = 3600;

    /// <summary>Measures a simulation.</summary>
    public static Performance Measure(SimulationResult result) =>
        Measure(
            result.Equity,
            result.Returns,
            result.Trades,
            result.InitialCapital,
            result.BarsPerYear,
            result.Exposure
        );

    /// <summary>Measures an equity curve and its trades.</summary>
    /// <param name="equity">Equity at the close of each traded bar, at least one.</param>
    /// <param name="trades">Closed trades.</param>
    /// <param name="initialCapital">Money before the first bar.</param>
    /// <param name="barsPerYear">Bars a year in the window reported on, from <see cref="BarsPerYear"/>.</param>
    /// <param name="exposure">Share of bars with an open position.</param>
    public static Performance Measure(
        ReadOnlySpan<double> equity,
        IReadOnlyList<Trade> trades,
        double initialCapital,
        double barsPerYear,
        double exposure
    ) => Measure(equity, ReturnsOf(equity, initialCapital), trades, initialCapital, barsPerYear, exposure);

    private static Performance Measure(
        ReadOnlySpan<double> equity,
        double[] returns,
        IReadOnlyList<Trade> trades,
        double initialCapital,
        double barsPerYear,
        double exposure
    )
    {
        var (mean, deviation) = SharpeFigures.MeanAndDeviation(returns);
        var (_, downside) = SharpeFigures.MeanAndDeviation(Array.FindAll(returns, value => value < 0));
        var (drawdown, drawdownMoney) = LargestDrawdown(equity, initialCapital);
        var total = equity[^1] - initialCapital;
        var annualized = Math.Pow(equity[^1] / initialCapital, barsPerYear / equity.Length) - 1;
        var perYear = Math.Sqrt(barsPerYear);
        var wins = trades.Where(trade => trade.NetProfit > 0).ToArray();
        var losses = trades.Where(trade => trade.NetProfit < 0).ToArray();
        return new Performance
        {
            FinalEquity = equity[^1],
            TotalReturn = total,
            TotalReturnFraction = total / initialCapital,
            AnnualizedReturn = annualized,
            Volatility = deviation * perYear,
            SharpeRatio = deviation >= SharpeFigures.SmallestDeviation ? mean / deviation * perYear : double.NaN,
            SortinoRatio = downside >= SharpeFigures.SmallestDeviation ? mean / downside * perYear : double.NaN,
            CalmarRatio = drawdown > 0 ? annualized / drawdown : double.NaN,
            RecoveryFactor = drawdown > 0 ? total / drawdownMoney : double.NaN,
            MaxDrawdown = drawdown,
            MaxDrawdownMoney = drawdownMoney,
            TotalTrades = trades.Count,
            WinningTrades = wins.Length,
            LosingTrades = losses.Length,
            WinRate = trades.Count > 0 ? (double)wins.Length / trades.Count : double.NaN,
            ProfitFactor = ProfitFactor(wins, losses),
            AverageHoldingHours = MeanOf(trades, HoldingHours),
            AverageWinHoldingHours = MeanOf(wins, HoldingHours),
            AverageLossHoldingHours = MeanOf(losses, HoldingHours),
            AverageWin = MeanOf(wins, trade => trade.NetProfit),
            AverageLoss = MeanOf(losses, trade => trade.NetProfit),
            LargestWin = wins.Length > 0 ? wins.Max(trade => trade.NetProfit) : double.NaN,
            LargestLoss = losses.Length > 0 ? losses.Min(trade => trade.NetProfit) : double.NaN,
            Exposure = exposure,
            BarsPerYear = barsPerYear,
        };
    }

    /// <summary>Per-bar returns of an equity curve; NaN after a bar that left nothing to lose.</summary>
    internal static double[] ReturnsOf(ReadOnlySpan<double> equity, double initialCapital)
    {
        var returns = new double[equity.Length];
        var before = initialCapital;
        for (var i = 0; i < equity.Length; i++)
        {
            returns[i] = before > 0 ? (equity[i] / before) - 1 : double.NaN;
            before = equity[i];
        }

        return returns;
    }

    private static (double Fraction, double Money) LargestDrawdown(ReadOnlySpan<double> equity, double initialCapital)
    {
        var peak = initialCapital;
        var (fraction, money) = (0.0, 0.0);
        foreach (var value in equity)
        {
            peak = Math.Max(peak, value);
            if ((peak - value) / peak > fraction)
            {
                (fraction, money) = ((peak - value) / peak, peak - value);
            }
        }

        return (fraction, money);
    }

    private static double ProfitFactor(Trade[] wins, Trade[] losses)
    {
        if (losses.Length == 0)
        {
            return wins.Length > 0 ? double.PositiveInfinity : double.NaN;
        }

        return wins.Sum(trade => trade.NetProfit) / -losses.Sum(trade => trade.NetProfit);
    }

    private static double HoldingHours(Trade trade) => (trade.ExitTime - trade.EntryTime) / SecondsAnHour;

    private static double MeanOf(IReadOnlyList<Trade> trades, Func<Trade, double> figure) =>
        trades.Count > 0 ? trades.Sum(figure) / trades.Count : double.NaN;
}
