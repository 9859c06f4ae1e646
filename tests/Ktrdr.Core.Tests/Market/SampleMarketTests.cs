using Ktrdr.Core;

namespace Ktrdr.Core.Tests;

public sealed class SampleMarketTests
{
    private static readonly Bars Market = SampleMarket.Make();

    [Fact]
    public void Its_bars_are_the_same_on_every_machine_and_day() =>
        Assert.Equal("782064c7380b2199dc2600473f4ac7ad54515e8dbf1ad1c03bad3a84b29d5191", BarsHash.Of(Market));

    [Fact]
    public void It_trades_five_days_a_week_for_200_weeks()
    {
        Assert.Equal(200 * 5 * 24, Market.Count);
        var gaps = Gaps.Classify(Market, InstrumentKind.Forex);
        Assert.Equal(199, gaps.Count);
        Assert.All(gaps, gap => Assert.Equal((GapClass.ExpectedWeekend, 48), (gap.Class, gap.MissingBars)));
    }

    [Fact]
    public void Every_bar_holds_its_open_and_close_and_has_a_spread_to_pay()
    {
        for (var i = 0; i < Market.Count; i++)
        {
            Assert.True(Market.High[i] >= Math.Max(Market.Open[i], Market.Close[i]));
            Assert.True(Market.Low[i] <= Math.Min(Market.Open[i], Market.Close[i]));
            Assert.InRange(Market.Spread[i], 0.00005, 0.001);
        }
    }

    [Fact]
    public void The_spread_is_wider_at_night()
    {
        var (night, day) = (new List<double>(), new List<double>());
        for (var i = 0; i < Market.Count; i++)
        {
            (Market.Times[i] / 3_600 % 24 is >= 21 or < 5 ? night : day).Add(Market.Spread[i]);
        }

        Assert.True(night.Average() > 1.2 * day.Average());
    }

    [Fact]
    public void Large_moves_cluster()
    {
        var moves = Moves(Market).Select(Math.Abs).ToArray();
        Assert.InRange(Correlation(moves, 24), 0.1, 0.8);
    }

    // The planted edge: after a run away from the average of 17 hours, the next hours come back; without it they do not.
    [Fact]
    public void An_overextended_price_tends_to_come_back_only_because_that_was_planted()
    {
        var planted = Enumerable
            .Range(0, 4)
            .Average(seed => Comeback(SampleMarket.Make(new Seed(seed), SampleMarket.PullStrength)));
        var chance = Enumerable.Range(0, 4).Average(seed => Comeback(SampleMarket.Make(new Seed(seed), 0)));
        Assert.InRange(planted, 0.02, 0.2);
        Assert.InRange(chance, -0.02, 0.02);
    }

    // Mean return of the hour after, against the direction of the run, in units of an hour's typical move.
    private static double Comeback(Bars bars)
    {
        var moves = Moves(bars);
        var typical = moves.Average(Math.Abs);
        var (average, sum, count) = (bars.Close[0], 0.0, 0);
        for (var i = 1; i < bars.Count - 1; i++)
        {
            average += 2.0 / 17 * (bars.Close[i] - average);
            var run = ((bars.Close[i] / average) - 1) / typical;
            if (Math.Abs(run) > 3)
            {
                sum -= Math.Sign(run) * moves[i] / typical;
                count++;
            }
        }

        return sum / count;
    }

    private static double[] Moves(Bars bars)
    {
        var moves = new double[bars.Count - 1];
        for (var i = 1; i < bars.Count; i++)
        {
            moves[i - 1] = (bars.Close[i] / bars.Close[i - 1]) - 1;
        }

        return moves;
    }

    private static double Correlation(double[] values, int lag)
    {
        var mean = values.Average();
        var together = Enumerable
            .Range(lag, values.Length - lag)
            .Sum(i => (values[i] - mean) * (values[i - lag] - mean));
        return together / values.Sum(value => (value - mean) * (value - mean));
    }
}
