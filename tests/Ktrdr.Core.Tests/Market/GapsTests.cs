using System.Globalization;
using Ktrdr.Core;

namespace Ktrdr.Core.Tests;

public sealed class GapsTests
{
    [Theory]
    [InlineData("2018-06-08T21:00Z", "2018-06-10T21:00Z", InstrumentKind.Forex, GapClass.ExpectedWeekend)]
    [InlineData("2018-01-12T22:00Z", "2018-01-14T22:00Z", InstrumentKind.Cfd, GapClass.ExpectedWeekend)]
    [InlineData("2018-06-08T12:00Z", "2018-06-10T21:00Z", InstrumentKind.Forex, GapClass.Unexpected)]
    [InlineData("2018-06-06T12:00Z", "2018-06-06T13:00Z", InstrumentKind.Forex, GapClass.Unexpected)]
    [InlineData("2018-06-06T21:00Z", "2018-06-06T22:00Z", InstrumentKind.Cfd, GapClass.ExpectedTradingHours)]
    [InlineData("2018-12-25T00:00Z", "2018-12-25T22:00Z", InstrumentKind.Forex, GapClass.ExpectedHoliday)]
    [InlineData("2018-03-30T08:00Z", "2018-03-30T12:00Z", InstrumentKind.Forex, GapClass.ExpectedHoliday)]
    [InlineData("2024-03-29T08:00Z", "2024-03-29T12:00Z", InstrumentKind.Forex, GapClass.ExpectedHoliday)]
    [InlineData("2024-03-22T08:00Z", "2024-03-22T12:00Z", InstrumentKind.Forex, GapClass.Unexpected)]
    [InlineData("2018-06-04T00:00Z", "2018-06-08T00:00Z", InstrumentKind.Forex, GapClass.MarketClosure)]
    [InlineData("2018-06-06T20:00Z", "2018-06-07T13:00Z", InstrumentKind.Equity, GapClass.ExpectedTradingHours)]
    [InlineData("2018-06-08T20:00Z", "2018-06-11T13:00Z", InstrumentKind.Equity, GapClass.ExpectedWeekend)]
    [InlineData("2018-07-03T17:00Z", "2018-07-05T13:00Z", InstrumentKind.Equity, GapClass.ExpectedHoliday)]
    [InlineData("2001-09-10T20:00Z", "2001-09-17T13:00Z", InstrumentKind.Equity, GapClass.MarketClosure)]
    [InlineData("2018-06-06T15:00Z", "2018-06-06T17:00Z", InstrumentKind.Equity, GapClass.Unexpected)]
    [InlineData("2018-06-09T00:00Z", "2018-06-10T00:00Z", InstrumentKind.Crypto, GapClass.Unexpected)]
    [InlineData("2018-06-04T00:00Z", "2018-06-08T00:00Z", InstrumentKind.Crypto, GapClass.MarketClosure)]
    public void The_calendar_explains_a_gap_or_does_not(string from, string to, InstrumentKind kind, GapClass expected)
    {
        var (closed, opened) = (Unix(from), Unix(to));
        var gap = Assert.Single(Gaps.Classify(Flat(Timeframe.H1, closed - 3_600, opened), kind));
        Assert.Equal(new Gap(closed, opened, (int)((opened - closed) / 3_600), expected), gap);
    }

    [Fact]
    public void Bars_that_follow_each_other_have_no_gap() =>
        Assert.Empty(Gaps.Classify(Flat(Timeframe.H1, 0, 3_600, 7_200), InstrumentKind.Forex));

    [Fact]
    public void A_weekend_of_daily_bars_is_a_weekend() =>
        Assert.Equal(
            GapClass.ExpectedWeekend,
            Assert
                .Single(
                    Gaps.Classify(
                        Flat(Timeframe.D1, Unix("2018-06-08T00:00Z"), Unix("2018-06-11T00:00Z")),
                        InstrumentKind.Forex
                    )
                )
                .Class
        );

    private static long Unix(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private static Bars Flat(Timeframe timeframe, params long[] times)
    {
        var ones = times.Select(_ => 1.0).ToArray();
        return new Bars(timeframe, times, ones, ones, ones, ones, ones, null);
    }
}
