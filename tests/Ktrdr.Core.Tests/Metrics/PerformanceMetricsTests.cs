namespace Ktrdr.Core.Tests;

public sealed class PerformanceMetricsTests
{
    // From 100: returns +10 %, −10 %, +20 %, −5 %; they sum to 15 %, mean 3.75 %.
    // Squares of what is off the mean: 0.0625², 0.1375², 0.1625², 0.0875² = 0.00390625 + 0.01890625 + 0.02640625 +
    // 0.00765625 = 0.056875; over 3 that is 0.018958333, deviation 0.137689.
    private static readonly double[] Equity = [110, 99, 118.8, 112.86];

    [Fact]
    public void Ratios_match_the_hand_calculation()
    {
        var figures = PerformanceMetrics.Measure(Equity, [], 100, barsPerYear: 16, exposure: 0.5);

        Assert.Equal(12.86, figures.TotalReturn, 9);
        Assert.Equal(0.1286, figures.TotalReturnFraction, 9);
        Assert.Equal(0.137689 * 4, figures.Volatility, 1e-5);
        Assert.Equal(0.0375 / 0.137689 * 4, figures.SharpeRatio, 1e-5);
        // The negative returns are −0.1 and −0.05; their sample deviation is 0.05/√2 = 0.0353553.
        Assert.Equal(0.0375 / 0.0353553 * 4, figures.SortinoRatio, 1e-4);
        // Four bars of sixteen are a quarter of a year: 1.1286⁴ = 1.62241….
        Assert.Equal(0.62241, figures.AnnualizedReturn, 1e-4);
        Assert.Equal((0.5, 16.0), (figures.Exposure, figures.BarsPerYear));
    }

    [Fact]
    public void The_drawdown_is_the_largest_fraction_of_its_own_peak()
    {
        var figures = PerformanceMetrics.Measure(Equity, [], 100, 16, 0);

        // 110 to 99 is 10 % and 11; 118.8 to 112.86 is 5 %.
        Assert.Equal(0.1, figures.MaxDrawdown, 12);
        Assert.Equal(11, figures.MaxDrawdownMoney, 9);
        Assert.Equal(12.86 / 11, figures.RecoveryFactor, 9);
        Assert.Equal(figures.AnnualizedReturn / 0.1, figures.CalmarRatio, 9);
    }

    [Fact]
    public void The_peak_starts_at_the_initial_capital()
    {
        var figures = PerformanceMetrics.Measure([80, 90], [], 100, 16, 0);

        Assert.Equal((0.2, 20.0), (figures.MaxDrawdown, figures.MaxDrawdownMoney));
    }

    [Fact]
    public void Money_of_the_drawdown_belongs_to_the_trough_of_the_largest_fraction()
    {
        // 100 to 50 is half of the peak; 1000 to 800 is more money but a fifth.
        var figures = PerformanceMetrics.Measure([100, 50, 1000, 800], [], 100, 16, 0);

        Assert.Equal((0.5, 50.0), (figures.MaxDrawdown, figures.MaxDrawdownMoney));
    }

    [Fact]
    public void Trades_are_counted_and_averaged_by_their_net_profit()
    {
        Trade[] trades = [Made(30, 2), Made(10, 4), Made(-20, 6), Made(0, 8), Made(-5, 1)];

        var figures = PerformanceMetrics.Measure([115], trades, 100, 16, 0);

        Assert.Equal((5, 2, 2), (figures.TotalTrades, figures.WinningTrades, figures.LosingTrades));
        Assert.Equal(0.4, figures.WinRate);
        Assert.Equal(40.0 / 25, figures.ProfitFactor);
        Assert.Equal((20.0, -12.5), (figures.AverageWin, figures.AverageLoss));
        Assert.Equal((30.0, -20.0), (figures.LargestWin, figures.LargestLoss));
        Assert.Equal(
            (4.2, 3.0, 3.5),
            (figures.AverageHoldingHours, figures.AverageWinHoldingHours, figures.AverageLossHoldingHours)
        );
    }

    [Fact]
    public void A_number_without_a_meaning_is_not_a_number()
    {
        var figures = PerformanceMetrics.Measure([100, 100, 100], [], 100, 16, 0);

        Assert.All(
            [
                figures.SharpeRatio,
                figures.SortinoRatio,
                figures.CalmarRatio,
                figures.RecoveryFactor,
                figures.WinRate,
                figures.ProfitFactor,
                figures.AverageHoldingHours,
                figures.AverageWin,
                figures.LargestLoss,
            ],
            value => Assert.True(double.IsNaN(value))
        );
        Assert.Equal((0.0, 0.0, 0.0), (figures.TotalReturn, figures.MaxDrawdown, figures.Volatility));
    }

    [Fact]
    public void Wins_without_a_loss_have_no_bounded_factor() =>
        Assert.Equal(double.PositiveInfinity, PerformanceMetrics.Measure([101], [Made(1, 1)], 100, 16, 0).ProfitFactor);

    [Fact]
    public void A_year_has_as_many_bars_as_the_window_shows()
    {
        // Four hourly bars from 00:00 with a gap until 23:00: one day, so 4 × 365.25 a year.
        long[] times = [0, 3_600, 7_200, 82_800];
        double[] price = [1, 1, 1, 1];
        var bars = new Bars(Timeframe.H1, times, price, price, price, price, price, null);

        Assert.Equal(4 * 365.25, BarsPerYear.Of(bars), 9);
        Assert.True(double.IsNaN(BarsPerYear.Of(bars.Slice(0, 0))));
    }

    [Fact]
    public void A_simulation_is_measured_with_its_own_years_and_exposure()
    {
        var result = Simulator.Run(RandomMarkets.Draw(7));

        var figures = PerformanceMetrics.Measure(result);

        Assert.Equal(result.FinalEquity, figures.FinalEquity);
        Assert.Equal((result.Exposure, result.BarsPerYear), (figures.Exposure, figures.BarsPerYear));
        Assert.Equal(
            SharpeFigures.Of(result.Returns).SharpeRatio * Math.Sqrt(result.BarsPerYear),
            figures.SharpeRatio,
            9
        );
    }

    private static Trade Made(double net, int hours) =>
        new()
        {
            Number = 1,
            Side = Side.Long,
            DecidedTime = 0,
            EntryTime = 3_600,
            ExitTime = 3_600 + (3_600 * hours),
            HoldingBars = hours,
            Quantity = 1,
            EntryPrice = 100,
            ExitPrice = 100 + net,
            GrossProfit = net,
            Commission = 0,
            SpreadCost = 0,
            NetProfit = net,
            Return = net / 100,
            Exit = ExitReason.Signal,
            Confidence = 1,
            MaxFavorable = 0,
            MaxAdverse = 0,
        };
}
