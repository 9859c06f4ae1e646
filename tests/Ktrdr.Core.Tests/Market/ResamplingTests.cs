using Ktrdr.Core;

namespace Ktrdr.Core.Tests;

public sealed class ResamplingTests
{
    private const long Hour = 3_600;

    // Monday 2024-01-01 00:00 UTC.
    private const long Monday = 1_704_067_200;

    [Fact]
    public void Matches_the_hand_calculation()
    {
        // Hours 0, 1 and 3 (2 is missing) make one bar of four hours, 4 to 7 another; hour 8 begins one that never closes.
        var bars = Hours(Monday, [0, 1, 3, 4, 5, 6, 7, 8]);
        var longer = Resampling.To(bars, Timeframe.H4);
        Assert.Equal([Monday, Monday + (4 * Hour)], longer.Times.ToArray());
        Assert.Equal([100, 104], longer.Open.ToArray());
        Assert.Equal([113, 117], longer.High.ToArray());
        Assert.Equal([90, 94], longer.Low.ToArray());
        Assert.Equal([103.5, 107.5], longer.Close.ToArray());
        Assert.Equal([0 + 1 + 3, 4 + 5 + 6 + 7], longer.Volume.ToArray());
        Assert.Equal([0.3, 0.7], longer.Spread.ToArray());
    }

    [Fact]
    public void Weeks_start_on_Monday()
    {
        // From Sunday 2023-12-31 22:00 to the end of Sunday 2024-01-14.
        var hours = Enumerable.Range(-2, (14 * 24) + 2).ToArray();
        var weeks = Resampling.To(Hours(Monday, hours), Timeframe.W1);
        Assert.Equal([Monday - (168 * Hour), Monday, Monday + (168 * Hour)], weeks.Times.ToArray());
    }

    [Fact]
    public void A_bar_that_the_data_does_not_reach_the_end_of_is_left_out() =>
        Assert.Equal(0, Resampling.To(Hours(Monday, [0, 1, 2]), Timeframe.H4).Count);

    [Fact]
    public void An_hour_off_the_grid_belongs_where_it_ends()
    {
        // 03:30 to 04:30 is known at 04:30 and cannot be part of a bar that is known at 04:00.
        var longer = Resampling.To(Hours(Monday + 1_800, [2, 3, 4, 5, 6, 7]), Timeframe.H4);
        Assert.Equal([Monday, Monday + (4 * Hour)], longer.Times.ToArray());
        Assert.Equal([102.5, 106.5], longer.Close.ToArray());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(501)]
    public void Bars_yet_to_come_do_not_change_those_that_are_closed(int known)
    {
        var bars = SampleMarket.Make().Slice(37, 600);
        foreach (var timeframe in new[] { Timeframe.H4, Timeframe.D1, Timeframe.W1 })
        {
            var all = Resampling.To(bars, timeframe);
            var early = Resampling.To(bars.Slice(0, known), timeframe);
            Assert.Equal(BarsHash.Of(early), BarsHash.Of(all.Slice(0, early.Count)));
            Assert.True(early.Count == 0 || early.CloseTime(early.Count - 1) <= bars.CloseTime(known - 1));
        }
    }

    [Fact]
    public void Longer_bars_do_not_become_shorter_ones() =>
        Assert.Throws<ArgumentException>(() => Resampling.To(Hours(Monday, [0]), Timeframe.M5));

    // Hour h opens at 100 + h and closes half above; high and low are ten away; volume h; spread h tenths.
    private static Bars Hours(long start, int[] hours) =>
        new(
            Timeframe.H1,
            [.. hours.Select(hour => start + (hour * Hour))],
            [.. hours.Select(hour => 100.0 + hour)],
            [.. hours.Select(hour => 110.0 + hour)],
            [.. hours.Select(hour => 90.0 + hour)],
            [.. hours.Select(hour => 100.5 + hour)],
            [.. hours.Select(hour => (double)hour)],
            [.. hours.Select(hour => hour / 10.0)]
        );
}
