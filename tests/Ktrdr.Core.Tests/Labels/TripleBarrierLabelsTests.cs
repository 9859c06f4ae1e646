namespace Ktrdr.Core.Tests;

public sealed class TripleBarrierLabelsTests
{
    private const int B = (int)Signal.Buy;
    private const int H = (int)Signal.Hold;
    private const int S = (int)Signal.Sell;
    private const int None = LabelColumn.None;

    private static readonly LabelRules.TripleBarrier Rules = new(2, 1.5, 2, 1, BarrierVolatility.Atr);

    // The true range over one bar at bar 1 is 2 and its close 100: upper 104, lower 97.
    [Theory]
    [InlineData(104, 97.1, 100, B)]
    [InlineData(103.9, 97, 100, S)]
    [InlineData(104, 97, 100.5, B)] // both touched, closed above
    [InlineData(104, 97, 99.5, S)] // both touched, closed below
    [InlineData(104, 97, 100, H)] // both touched, closed where it began
    public void The_barrier_touched_first_decides(double high, double low, double close, int label)
    {
        var bars = Scene.Hourly([(100, 101, 99, 100), (100, 101, 99, 100), (100, high, low, close)]);

        var labels = LabelMaker.Label(bars, Rules);

        Assert.Equal((label, 2), (labels.Classes[1], labels.LookTo[1]));
    }

    // At the age of 2 bars the change has to reach ½ · 2/100 · √2 = 1.4142 %.
    [Theory]
    [InlineData(101.42, B)]
    [InlineData(101.41, H)]
    [InlineData(98.59, H)]
    [InlineData(98.58, S)]
    public void At_the_third_barrier_a_small_change_is_none(double close, int label)
    {
        var bars = Scene.Hourly([
            (100, 101, 99, 100),
            (100, 101, 99, 100),
            (100, 101, 99, 100),
            (100, 102, 98, close),
            (100, 200, 50, 100),
        ]);

        var labels = LabelMaker.Label(bars, Rules);

        Assert.Equal((label, 3), (labels.Classes[1], labels.LookTo[1]));
    }

    [Fact]
    public void Without_a_volatility_or_an_end_there_is_no_label()
    {
        var bars = Scene.Hourly([(100, 101, 99, 100), (100, 101, 99, 100), (100, 101, 99, 100), (100, 104, 99, 100)]);

        var labels = LabelMaker.Label(bars, Rules);

        // Bar 0 has no true range; bars 1 and 2 touch the upper barrier in bar 3; after it the data ends.
        Assert.Equal([None, B, B, None], labels.Classes);
        Assert.Equal([0, 3, 3, 3], labels.LookTo);
    }

    // Returns +10 % and −10 %: mean 0, population deviation 0.1, times the close of 99 is 9.9.
    // Upper 99 + 19.8 = 118.8, lower 99 − 14.85 = 84.15.
    [Theory]
    [InlineData(118.8001, 90, B)]
    [InlineData(118.7999, 84.1499, S)]
    public void Volatility_may_come_from_closes(double high, double low, int label)
    {
        var bars = Scene.Hourly([(100, 100, 100, 100), (110, 110, 110, 110), (99, 99, 99, 99), (99, high, low, 100)]);

        var labels = LabelMaker.Label(
            bars,
            Rules with
            {
                VolatilitySpan = 2,
                MaxHoldingBars = 1,
                Volatility = BarrierVolatility.Close,
            }
        );

        Assert.Equal([None, None, label, None], labels.Classes);
    }

    [Theory]
    [InlineData(BarrierVolatility.Atr)]
    [InlineData(BarrierVolatility.Close)]
    public void A_label_reads_no_bar_beyond_the_one_it_names(BarrierVolatility volatility) =>
        LabelProperties.HoldWhenTheFutureChanges(new LabelRules.TripleBarrier(2, 1.5, 8, 6, volatility));

    [Fact]
    public void A_trade_lives_through_the_bars_its_label_judged()
    {
        // Opening at each close, the trade meets the barriers that the label measured from there.
        var random = new Seed(3).For("a continuous market");
        var closes = new double[400];
        closes[0] = 100;
        for (var i = 1; i < closes.Length; i++)
        {
            closes[i] = closes[i - 1] * (1 + (0.02 * (random.NextDouble() - 0.5)));
        }

        var bars = Scene.Closes(closes);
        var labels = LabelMaker.Label(bars, new LabelRules.TripleBarrier(2, 1.5, 5, 10, BarrierVolatility.Atr));
        var exits = new ExitRules
        {
            Kind = ExitKind.Barriers,
            TakeProfitAtr = 2,
            StopAtr = 1.5,
            AtrPeriod = 10,
            MaxBars = 5,
        };
        var touched = 0;
        for (var t = 10; t < closes.Length - 7; t++)
        {
            Signal[] signals = [Signal.Buy, .. Enumerable.Repeat(Signal.Hold, 6)];
            var input = Scene.Trade(bars.Slice(0, t + 7), signals) with { Exits = exits };

            var trade = Assert.Single(Simulator.Run(input).Trades);

            var exitBar = bars.Times.IndexOf(trade.ExitTime);
            Assert.Equal(labels.LookTo[t], trade.Exit == ExitReason.MaxBars ? exitBar - 1 : exitBar);
            if (trade.Exit != ExitReason.MaxBars)
            {
                touched++;
                Assert.Equal(trade.Exit == ExitReason.TakeProfit ? B : S, labels.Classes[t]);
            }
        }

        Assert.InRange(touched, 50, 382);
    }
}
