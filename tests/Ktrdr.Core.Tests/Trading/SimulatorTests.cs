using static Ktrdr.Core.Tests.Scene;

namespace Ktrdr.Core.Tests;

public sealed class SimulatorTests
{
    private const double Cent = 0.005;

    [Fact]
    public void The_example_of_the_manual_holds_line_by_line()
    {
        var manual = File.ReadAllLines(Path.Combine(Shared.Repository, "docs", "fills.md"));
        var bars = Rows(manual, "| bar | open |");
        var market = Hourly(
            [.. bars.Select(row => (Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4])))],
            [.. bars.Select(_ => 0.02)]
        );
        var said = bars.Select(row => Enum.Parse<Signal>(row[5], ignoreCase: true)).ToArray();

        var result = Simulator.Run(Trade(market, said) with { Costs = new Costs(true, 0, 0.001, 0.0005) });

        var expected = Rows(manual, "| bar | equity |").Select(row => Number(row[1])).ToArray();
        Assert.Equal(4, expected.Length);
        Assert.Equal(expected, result.Equity, (one, other) => Math.Abs(one - other) < 1e-6);
        var trade = Assert.Single(result.Trades);
        Assert.Equal(
            (24.0, 48.0, ExitReason.Signal, Side.Long),
            (trade.Quantity, trade.GrossProfit, trade.Exit, trade.Side)
        );
        Assert.Equal(102.061, trade.EntryPrice, 9);
        Assert.Equal(103.938, trade.ExitPrice, 9);
        Assert.Equal(4.943976, trade.Commission, 9);
        Assert.Equal(2.952, trade.SpreadCost, 9);
        Assert.Equal(40.104024, trade.NetProfit, 9);
        Assert.Equal(40.104024 / 2449.464, trade.Return, 12);

        static double Number(string text) => double.Parse(text);
        static string[][] Rows(string[] lines, string header) =>
            [
                .. lines
                    .SkipWhile(line => !line.StartsWith(header))
                    .Skip(2)
                    .TakeWhile(line => line.StartsWith('|'))
                    .Select(line =>
                        line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    ),
            ];
    }

    // Close of bar 0: sold at 50 − 0.01·50/2 − 0.02·50 = 48.75, so floor(2500/1.001/48.75) = 51 units.
    // Open of bar 1 (40): sold at 40 − 0.2 − 0.8 = 39; proceeds 1989, commission 1.989. Cash 11,987.011.
    // Close of bar 1 (44): 11,987.011 − 51·44 = 9,743.011.
    // Open of bar 3 (30): bought at 30 + 0.15 + 0.6 = 30.75; 1568.25, commission 1.56825. Cash 10,417.19275.
    // Gross 51·(40 − 30) = 510; commission 3.55725; spread and slippage 51·(1 + 0.75) = 89.25; net 417.19275.
    [Fact]
    public void A_short_is_a_sale_first_and_a_purchase_after()
    {
        var market = Hourly([(50, 50, 50, 50), (40, 45, 38, 44), (44, 44, 31, 32), (30, 30, 30, 30), (30, 30, 30, 30)]);

        var result = Simulator.Run(
            Trade(market, Sell, Hold, Buy, Hold, Hold) with
            {
                Costs = new Costs(false, 0.01, 0.001, 0.02),
            }
        );

        var trade = Assert.Single(result.Trades);
        Assert.Equal((Side.Short, 51.0, 2), (trade.Side, trade.Quantity, trade.HoldingBars));
        Assert.Equal((39.0, 30.75), (trade.EntryPrice, trade.ExitPrice));
        Assert.Equal(9_743.011, result.Equity[1], 6);
        Assert.Equal(10_417.19275, result.FinalEquity, 6);
        Assert.Equal(417.19275, trade.NetProfit, 6);
        // Best: the entry at 40, the exit at 30, and 31 the lowest in between: 51·10. Worst: 45, 51·5.
        Assert.Equal((510.0, -255.0), (trade.MaxFavorable, trade.MaxAdverse));
        Assert.Equal(0.4, result.Exposure, 12);
    }

    // Bars 0 and 1 range by 2, so the ATR over 1 at bar 1 is 2. Decided at bar 1, filled at 100: stop 100 − 1.5·2 = 97,
    // take profit 100 + 2·2 = 104. 25 units (2500/100).
    [Theory]
    [InlineData(100, 104, 97.5, 101, ExitReason.TakeProfit, 104)] // touched
    [InlineData(100, 103.9, 97, 101, ExitReason.Stop, 97)] // touched
    [InlineData(100, 105, 96, 104.5, ExitReason.Stop, 97)] // both: the stop comes first
    [InlineData(95, 105, 94, 105, ExitReason.Stop, 95)] // a gap through the stop fills at the open
    [InlineData(106, 107, 96, 97, ExitReason.TakeProfit, 104)] // a gap through the profit fills at the barrier
    [InlineData(104, 104, 99, 100, ExitReason.TakeProfit, 104)] // an open at it
    public void A_long_meets_its_barriers(double open, double high, double low, double close, ExitReason why, double at)
    {
        var market = Hourly([(100, 101, 99, 100), (100, 101, 99, 100), (100, 101, 99, 100), (open, high, low, close)]);

        var trade = Assert.Single(Simulator.Run(WithBarriers(Trade(market, Hold, Buy, Hold, Hold))).Trades);

        Assert.Equal((why, at, 1), (trade.Exit, trade.ExitPrice, trade.HoldingBars));
        Assert.Equal(25 * (at - 100), trade.NetProfit);
    }

    // The mirror: stop 103, take profit 96.
    [Theory]
    [InlineData(100, 102.5, 96, 99, ExitReason.TakeProfit, 96)]
    [InlineData(100, 103, 96.1, 99, ExitReason.Stop, 103)]
    [InlineData(100, 104, 95, 95.5, ExitReason.Stop, 103)]
    [InlineData(105, 106, 95, 95, ExitReason.Stop, 105)]
    [InlineData(94, 104, 93, 103, ExitReason.TakeProfit, 96)]
    public void A_short_meets_its_barriers(
        double open,
        double high,
        double low,
        double close,
        ExitReason why,
        double at
    )
    {
        var market = Hourly([(100, 101, 99, 100), (100, 101, 99, 100), (100, 101, 99, 100), (open, high, low, close)]);

        var trade = Assert.Single(Simulator.Run(WithBarriers(Trade(market, Hold, Sell, Hold, Hold))).Trades);

        Assert.Equal((why, at), (trade.Exit, trade.ExitPrice));
        Assert.Equal(25 * (100 - at), trade.NetProfit);
    }

    [Fact]
    public void The_bar_it_opens_in_can_already_close_it()
    {
        var market = Hourly([(100, 101, 99, 100), (100, 101, 99, 100), (110, 111, 106.5, 108), (108, 108, 108, 108)]);

        var trade = Assert.Single(Simulator.Run(WithBarriers(Trade(market, Hold, Buy, Hold, Hold))).Trades);

        // The stop is 3 below the entry at the open of 110, wherever the deciding close was.
        Assert.Equal((ExitReason.Stop, 107.0, 0), (trade.Exit, trade.ExitPrice, trade.HoldingBars));
        Assert.Equal(trade.EntryTime, trade.ExitTime);
    }

    [Fact]
    public void A_position_lives_through_max_bars_bars_and_closes_at_the_open_after_them()
    {
        var market = Closes(100, 101, 102, 103, 104, 105);
        var input = Trade(market, Buy, Hold, Hold, Hold, Hold, Hold) with
        {
            Exits = new ExitRules { Kind = ExitKind.Horizon, MaxBars = 3 },
        };

        var trade = Assert.Single(Simulator.Run(input).Trades);

        // Bars 1, 2 and 3 are lived through; the open of bar 4 is 103, that of bar 1 is 100.
        Assert.Equal((ExitReason.MaxBars, 3, 103.0), (trade.Exit, trade.HoldingBars, trade.ExitPrice));
        Assert.Equal(Start + (4 * 3600), trade.ExitTime);
    }

    [Fact]
    public void Age_goes_before_a_gap_at_the_same_open()
    {
        var market = Hourly([(100, 101, 99, 100), (100, 101, 99, 100), (100, 101, 99, 100), (110, 111, 90, 100)]);
        var input = WithBarriers(Trade(market, Hold, Buy, Hold, Hold));

        var trade = Assert.Single(Simulator.Run(input with { Exits = input.Exits with { MaxBars = 1 } }).Trades);

        Assert.Equal((ExitReason.MaxBars, 110.0), (trade.Exit, trade.ExitPrice));
    }

    // 24 units bought at the open of bar 1 (100 + 0.5, for a spread of 1 at close 0); sold at the last close with that
    // close's own spread of 3: 110 − 1.5 = 108.5. Net 24·8 = 192.
    [Fact]
    public void The_end_of_the_data_closes_at_the_last_close_and_pays_for_it()
    {
        var market = Hourly([(100, 100, 100, 100), (100, 110, 100, 110)], [1, 3]);

        var result = Simulator.Run(Trade(market, Buy, Hold) with { Costs = new Costs(true, 0, 0, 0) });

        var trade = Assert.Single(result.Trades);
        Assert.Equal((ExitReason.EndOfData, 100.5, 108.5), (trade.Exit, trade.EntryPrice, trade.ExitPrice));
        Assert.Equal((192.0, 10_192.0), (trade.NetProfit, result.FinalEquity));
    }

    [Fact]
    public void The_last_bar_decides_nothing()
    {
        var result = Simulator.Run(Trade(Closes(100, 101), Hold, Buy));

        Assert.Empty(result.Trades);
        Assert.Equal(DecisionFilters.LastBar, result.Decisions[1].Filters);
        Assert.Equal((Signal.Buy, Signal.Hold), (result.Decisions[1].Raw, result.Decisions[1].Final));
    }

    [Fact]
    public void The_opposite_signal_closes_without_turning_the_position()
    {
        var result = Simulator.Run(Trade(Closes(100, 101, 102, 103, 104, 105), Buy, Sell, Hold, Sell, Hold, Hold));

        Assert.Equal([Side.Long, Side.Short], result.Trades.Select(trade => trade.Side));
        Assert.Equal([Start + 3600, Start + (4 * 3600)], result.Trades.Select(trade => trade.EntryTime));
        Assert.Equal([ExitReason.Signal, ExitReason.EndOfData], result.Trades.Select(trade => trade.Exit));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(double.NaN, 0)]
    public void A_bar_without_a_usable_spread_takes_the_typical_one_and_is_counted(double broken, double exit)
    {
        var market = Hourly([(100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100)], [broken, 1, exit]);

        var result = Simulator.Run(
            Trade(market, Buy, Hold, Hold) with
            {
                Costs = new Costs(true, 0, 0, 0),
                TypicalSpread = 4,
            }
        );

        Assert.Equal(2, result.RepairedSpreads);
        Assert.Equal((102.0, 98.0), (result.Trades[0].EntryPrice, result.Trades[0].ExitPrice));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("2 of 3 bars have no usable spread"));
    }

    [Fact]
    public void A_spread_that_nobody_knows_is_refused()
    {
        var market = Hourly([(100, 100, 100, 100), (100, 100, 100, 100)], [0, 1]);
        var input = Trade(market, Buy, Hold) with { Costs = new Costs(true, 0, 0, 0) };

        Assert.Contains("typical spread is NaN", Assert.Throws<ArgumentException>(() => Simulator.Run(input)).Message);
    }

    [Fact]
    public void A_unit_dearer_than_the_fraction_is_not_bought_and_said()
    {
        var result = Simulator.Run(Trade(Closes(2501, 2501, 2501), Buy, Buy, Hold));

        Assert.Empty(result.Trades);
        Assert.Equal(2, result.FilterCounts[nameof(DecisionFilters.TooSmall)]);
        Assert.Contains(
            result.Warnings,
            warning => warning.StartsWith("2 signals found that a single unit costs more")
        );
        Assert.Equal(10_000, result.FinalEquity);
    }

    // All the cash buys 100 units at the close of 100, but only 83 at an open of 120; at 10,001 it buys none.
    [Theory]
    [InlineData(120, 83)]
    [InlineData(10_001, 0)]
    public void An_open_far_above_the_close_is_filled_as_far_as_the_cash_goes(double open, double units)
    {
        var market = Hourly([(100, 100, 100, 100), (open, open, open, open)]);

        var result = Simulator.Run(Trade(market, Buy, Hold) with { PositionFraction = 1 });

        Assert.Equal(units, result.Trades.Sum(trade => trade.Quantity));
        Assert.Equal(units == 0, result.Warnings.Any(warning => warning.StartsWith("1 orders lapsed")));
    }

    [Fact]
    public void A_short_that_loses_everything_is_called_a_ruin()
    {
        var market = Hourly([(100, 100, 100, 100), (100, 100, 100, 100), (100, 900, 100, 900), (900, 900, 900, 900)]);

        var result = Simulator.Run(Trade(market, Sell, Hold, Hold, Hold) with { PositionFraction = 1 });

        Assert.Equal(-70_000, result.FinalEquity);
        Assert.True(double.IsNaN(result.Returns[3]));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("The account was ruined"));
    }

    [Fact]
    public void Buying_and_holding_buys_all_it_can_at_the_first_open_and_sells_at_the_last_close()
    {
        var market = Hourly([(100, 100, 100, 100), (100, 120, 100, 120), (120, 130, 120, 130)]);
        var input = Trade(market, Hold, Hold, Hold) with { Costs = new Costs(false, 0.02, 0.01, 0) };

        var result = BuyAndHold.Run(input);

        // 101 a unit: floor(10000/1.01/101) = 98. Paid 9898 and 98.98; sold at 130 − 1.3 = 128.7: 12,612.6 less 126.126.
        Assert.Equal(98, Assert.Single(result.Trades).Quantity);
        Assert.Equal(10_000 - 9_898 - 98.98 + 12_612.6 - 126.126, result.FinalEquity, Cent);
        Assert.Equal(3.02 + (98 * 120), result.Equity[1], Cent);
    }

    private static SimulationInput WithBarriers(SimulationInput input) =>
        input with
        {
            Exits = new ExitRules
            {
                Kind = ExitKind.Barriers,
                AtrPeriod = 1,
                StopAtr = 1.5,
                TakeProfitAtr = 2,
            },
        };
}
