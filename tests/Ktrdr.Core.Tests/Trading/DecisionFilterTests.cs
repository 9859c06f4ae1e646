using static Ktrdr.Core.Tests.Scene;

namespace Ktrdr.Core.Tests;

public sealed class DecisionFilterTests
{
    private static readonly Bars Flat = Closes(100, 100, 100, 100, 100, 100);

    [Theory]
    [InlineData(0.7f, 0.7, DecisionFilters.None)]
    [InlineData(0.69f, 0.7, DecisionFilters.Confidence)]
    public void A_probability_below_the_threshold_does_not_act(
        float confidence,
        double threshold,
        DecisionFilters expected
    )
    {
        var input = Trade(Flat, Buy, Hold, Hold, Hold, Hold, Hold);

        var result = Simulator.Run(
            input with
            {
                Probabilities = SayWith(confidence, Buy, Hold, Hold, Hold, Hold, Hold),
                Decisions = input.Decisions with { ConfidenceThreshold = threshold },
            }
        );

        Assert.Equal(expected, result.Decisions[0].Filters);
        Assert.Equal(expected == DecisionFilters.None ? 1 : 0, result.Trades.Count);
    }

    [Fact]
    public void Signals_keep_their_distance_in_hours_from_the_last_that_was_filled()
    {
        var input = Trade(Flat, Buy, Sell, Sell, Sell, Sell, Hold);

        var result = Simulator.Run(input with { Decisions = input.Decisions with { MinimumSignalSeparation = 3 } });

        // Filled: BUY at close 0. One and two hours later is too soon, three is not; then one hour again.
        Assert.Equal(
            [
                DecisionFilters.None,
                DecisionFilters.Separation,
                DecisionFilters.Separation,
                DecisionFilters.None,
                DecisionFilters.Separation,
                DecisionFilters.None,
            ],
            result.Decisions.Select(decision => decision.Filters)
        );
        Assert.Equal(Start + (4 * 3600), Assert.Single(result.Trades).ExitTime);
    }

    [Fact]
    public void The_volume_of_a_bar_is_held_against_the_mean_of_its_twenty()
    {
        // Twenty bars of which the last trades 9: the mean is 9.95. The next trades 10 against (18·10 + 9 + 10)/20 = 9.95.
        double[] volume = [.. Enumerable.Repeat(10.0, 19), 9, 10, 10];
        var market = Hourly([.. volume.Select(_ => (100.0, 100.0, 100.0, 100.0))], volume: volume);
        var input = Trade(market, [.. volume.Select(_ => Buy)]);

        var result = Simulator.Run(
            input with
            {
                Decisions = input.Decisions with { VolumeFilter = true, PositionAwareness = false },
            }
        );

        Assert.All(result.Decisions.Take(20), decision => Assert.Equal(DecisionFilters.Volume, decision.Filters));
        Assert.Equal(DecisionFilters.None, result.Decisions[20].Filters);
    }

    [Fact]
    public void A_position_that_already_points_there_needs_no_signal()
    {
        var aware = Trade(Flat, Buy, Buy, Hold, Hold, Hold, Hold);

        Assert.Equal(DecisionFilters.Position, Simulator.Run(aware).Decisions[1].Filters);

        var unaware = Simulator.Run(aware with { Decisions = aware.Decisions with { PositionAwareness = false } });
        Assert.Equal(Signal.Buy, unaware.Decisions[1].Final);
        Assert.Single(unaware.Trades);
    }

    [Fact]
    public void A_sale_without_a_position_needs_leave()
    {
        var input = Trade(Flat, Sell, Hold, Hold, Hold, Hold, Hold);

        var result = Simulator.Run(input with { Decisions = input.Decisions with { AllowShortFromFlat = false } });

        Assert.Equal(DecisionFilters.ShortNotAllowed, result.Decisions[0].Filters);
        Assert.Empty(result.Trades);
    }

    [Fact]
    public void Signals_do_not_touch_a_position_that_closes_by_its_exits()
    {
        var input = Trade(Flat, Buy, Sell, Buy, Hold, Hold, Hold);

        var result = Simulator.Run(
            input with
            {
                Exits = new ExitRules { Kind = ExitKind.Horizon, MaxBars = 3 },
            }
        );

        Assert.Equal(DecisionFilters.ExitsDecide, result.Decisions[1].Filters);
        Assert.Equal(DecisionFilters.ExitsDecide | DecisionFilters.Position, result.Decisions[2].Filters);
        Assert.Equal(ExitReason.MaxBars, Assert.Single(result.Trades).Exit);
    }

    [Fact]
    public void Barriers_need_a_range_to_be_measured_in()
    {
        var market = Closes(100, 101, 102, 103, 104, 105);
        var input = Trade(market, Buy, Buy, Buy, Hold, Hold, Hold) with
        {
            Exits = new ExitRules { Kind = ExitKind.Barriers, AtrPeriod = 2 },
        };

        var result = Simulator.Run(input);

        Assert.Equal(
            [DecisionFilters.NoRange, DecisionFilters.NoRange, DecisionFilters.None],
            result.Decisions.Take(3).Select(decision => decision.Filters)
        );
        Assert.Equal(Start + (3 * 3600), result.Trades[0].EntryTime);
    }

    [Fact]
    public void Bars_before_the_first_traded_one_warm_the_range_up()
    {
        var input = Trade(Closes(100, 101, 102, 103, 104, 105), Buy, Hold, Hold) with
        {
            Exits = new ExitRules { Kind = ExitKind.Barriers, AtrPeriod = 2 },
        };

        Assert.Equal(DecisionFilters.None, Simulator.Run(input).Decisions[0].Filters);
    }

    [Fact]
    public void A_missing_feature_holds_and_says_so()
    {
        var input = Trade(Flat, Buy, Hold, Hold, Hold, Hold, Hold);
        float[] unknown = [float.NaN, float.NaN, float.NaN, .. Say(Hold, Hold, Hold, Hold, Hold)];

        var result = Simulator.Run(input with { Probabilities = unknown });

        Assert.Equal(DecisionFilters.NoFeatures, result.Decisions[0].Filters);
        Assert.Empty(result.Trades);
    }

    [Fact]
    public void Every_filter_that_holds_is_kept_and_counted()
    {
        var input = Trade(Flat, Sell, Hold, Hold, Hold, Hold, Sell);

        var result = Simulator.Run(
            input with
            {
                Decisions = new DecisionRules { ConfidenceThreshold = 0.95, AllowShortFromFlat = false },
                InitialCapital = 300,
            }
        );

        var all = DecisionFilters.Confidence | DecisionFilters.ShortNotAllowed | DecisionFilters.TooSmall;
        Assert.Equal(all, result.Decisions[0].Filters);
        Assert.Equal(all | DecisionFilters.LastBar, result.Decisions[5].Filters);
        Assert.Equal([0, 4, 2], result.RawSignals);
        Assert.Equal([0, 6, 0], result.FinalSignals);
        Assert.Equal(2, result.FilterCounts[nameof(DecisionFilters.Confidence)]);
        Assert.Equal(1, result.FilterCounts[nameof(DecisionFilters.LastBar)]);
        Assert.Equal(0, result.FilterCounts[nameof(DecisionFilters.Volume)]);
    }
}
