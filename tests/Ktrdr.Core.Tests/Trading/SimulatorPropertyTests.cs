namespace Ktrdr.Core.Tests;

public sealed class SimulatorPropertyTests
{
    private const double Cent = 0.005;

    [Fact]
    public void It_does_to_the_last_bit_what_going_bar_by_bar_does()
    {
        var exits = new HashSet<ExitReason>();
        var filters = DecisionFilters.None;
        RandomMarkets.Check(input =>
        {
            var (one, other) = (Simulator.Run(input), new BarByBar(input).Run());
            Assert.Equal(other.Decisions, one.Decisions);
            Assert.Equal(
                other.Equity.Select(BitConverter.DoubleToInt64Bits),
                one.Equity.Select(BitConverter.DoubleToInt64Bits)
            );
            // As text, a zero below 0 is another than the one above.
            Assert.Equal(other.Trades.Select(trade => trade.ToString()), one.Trades.Select(trade => trade.ToString()));
            Assert.Equal((double)other.BarsInMarket / input.Count, one.Exposure);
            Assert.Equal(CountsOf(other.Decisions.Select(decision => decision.Raw)), one.RawSignals);
            Assert.Equal(CountsOf(other.Decisions.Select(decision => decision.Final)), one.FinalSignals);
            Assert.All(
                one.FilterCounts,
                count =>
                {
                    var filter = Enum.Parse<DecisionFilters>(count.Key);
                    Assert.Equal(other.Decisions.Count(decision => decision.Filters.HasFlag(filter)), count.Value);
                }
            );
            exits.UnionWith(other.Trades.Select(trade => trade.Exit));
            filters |= other.Decisions.Aggregate(DecisionFilters.None, (all, decision) => all | decision.Filters);
        });
        Assert.Equal(Enum.GetValues<ExitReason>().Length, exits.Count);
        Assert.Equal(Enum.GetValues<DecisionFilters>().Aggregate((all, filter) => all | filter), filters);

        static IEnumerable<int> CountsOf(IEnumerable<Signal> signals)
        {
            var counts = signals.CountBy(signal => signal).ToDictionary();
            return Enum.GetValues<Signal>().Select(signal => counts.GetValueOrDefault(signal));
        }
    }

    [Fact]
    public void Closed_and_open_profit_make_the_equity_to_the_cent_at_every_bar()
    {
        var trades = 0;
        RandomMarkets.Check(input =>
        {
            var result = Simulator.Run(input);
            trades += result.Trades.Count;
            for (var i = 0; i < input.Count; i++)
            {
                var (time, mid) = (input.Bars.Times[input.First + i], input.Bars.Close[input.First + i]);
                var closed = result.Trades.Where(trade => trade.ExitTime <= time).Sum(trade => trade.NetProfit);
                var open = result.Trades.Where(trade => trade.EntryTime <= time && trade.ExitTime > time);
                var unrealised = open.Sum(trade =>
                    (Sign(trade) * trade.Quantity * (mid - trade.EntryPrice))
                    - (input.Costs.Commission * trade.Quantity * trade.EntryPrice)
                );
                Assert.Equal(result.Equity[i] - input.InitialCapital, closed + unrealised, Cent);
            }
        });
        Assert.True(trades > 1_000, $"only {trades} trades were drawn");
    }

    [Fact]
    public void Every_trade_adds_up_and_pays_its_costs()
    {
        RandomMarkets.Check(input =>
            Assert.All(
                Simulator.Run(input).Trades,
                trade =>
                {
                    var moved = Sign(trade) * trade.Quantity * (trade.ExitPrice - trade.EntryPrice);
                    var commission = input.Costs.Commission * trade.Quantity * (trade.EntryPrice + trade.ExitPrice);
                    Assert.Equal(commission, trade.Commission, Cent);
                    Assert.Equal(moved - commission, trade.NetProfit, Cent);
                    Assert.True(trade.SpreadCost > 0, "a fill crossed no spread");
                    Assert.Equal(Math.Floor(trade.Quantity), trade.Quantity);
                    Assert.InRange(trade.GrossProfit, trade.MaxAdverse - Cent, trade.MaxFavorable + Cent);
                }
            )
        );
    }

    [Fact]
    public void Every_fill_is_later_than_the_close_that_decided_it()
    {
        RandomMarkets.Check(input =>
        {
            var result = Simulator.Run(input);
            var before = long.MinValue;
            foreach (var trade in result.Trades)
            {
                var decided = result.Decisions.Single(decision => decision.Time == trade.DecidedTime);
                Assert.Equal(trade.Side == Side.Long ? Signal.Buy : Signal.Sell, decided.Final);
                Assert.True(trade.EntryTime >= trade.DecidedTime + input.Bars.Timeframe.Seconds, "filled before known");
                Assert.True(trade.ExitTime >= trade.EntryTime, "closed before it opened");
                Assert.True(trade.DecidedTime >= before, "decided while another position was open");
                before = trade.ExitTime - (trade.Exit is ExitReason.Signal or ExitReason.MaxBars ? 0 : 1);
            }
        });
    }

    [Fact]
    public void Bars_yet_to_come_move_no_decision_no_fill_and_no_equity()
    {
        RandomMarkets.Check(input =>
        {
            var known = 1 + (input.Count / 2);
            var before = Simulator.Run(input);
            var after = Simulator.Run(input with { Bars = Disturb(input.Bars, input.First + known, keepOpen: false) });

            AssertSameUpTo(known, input, before, after);
        });
    }

    [Fact]
    public void A_fill_at_an_open_knows_nothing_of_its_bar_but_the_open()
    {
        var fills = 0;
        RandomMarkets.Check(input =>
        {
            var known = 1 + (input.Count / 2);
            if (known >= input.Count)
            {
                return;
            }

            var before = Simulator.Run(input);
            var after = Simulator.Run(input with { Bars = Disturb(input.Bars, input.First + known, keepOpen: true) });

            AssertSameUpTo(known, input, before, after);
            var at = input.Bars.Times[input.First + known];
            Assert.Equal(EntryAt(before), EntryAt(after));
            fills += EntryAt(before) is null ? 0 : 1;

            (Side, double, double, float)? EntryAt(SimulationResult result) =>
                result
                    .Trades.Where(trade => trade.EntryTime == at)
                    .Select(trade =>
                        ((Side, double, double, float)?)(trade.Side, trade.Quantity, trade.EntryPrice, trade.Confidence)
                    )
                    .SingleOrDefault();
        });
        Assert.True(fills > 20, $"only {fills} fills were at the open in question");
    }

    private static void AssertSameUpTo(int known, SimulationInput input, SimulationResult one, SimulationResult other)
    {
        // The last bar of all closes what is open; before it, nothing may differ by a bit.
        var bars = Math.Min(known, input.Count - 1);
        Assert.Equal(one.Decisions.Take(bars), other.Decisions.Take(bars));
        Assert.Equal(
            one.Equity[..bars].Select(BitConverter.DoubleToInt64Bits),
            other.Equity[..bars].Select(BitConverter.DoubleToInt64Bits)
        );
        var end = input.Bars.Times[input.First + bars];
        Assert.Equal(
            one.Trades.Where(trade => trade.ExitTime < end),
            other.Trades.Where(trade => trade.ExitTime < end)
        );
    }

    /// <summary>The same bars, but from one index on everything is something else.</summary>
    private static Bars Disturb(Bars bars, int from, bool keepOpen)
    {
        double[] Column(ReadOnlySpan<double> values, double factor, int start)
        {
            var changed = values.ToArray();
            for (var i = start; i < changed.Length; i++)
            {
                changed[i] *= factor;
            }

            return changed;
        }

        return new Bars(
            bars.Timeframe,
            bars.Times.ToArray(),
            Column(bars.Open, 1.7, from + (keepOpen ? 1 : 0)),
            Column(bars.High, 3.1, from),
            Column(bars.Low, 0.3, from),
            Column(bars.Close, 1.3, from),
            Column(bars.Volume, 7, from),
            bars.HasSpread ? Column(bars.Spread, 5, from) : null
        );
    }

    private static int Sign(Trade trade) => trade.Side == Side.Long ? 1 : -1;
}
