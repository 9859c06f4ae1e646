using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>Dates narrow a window and never widen it.</summary>
public sealed class DateRangeTests
{
    // Ten days of hourly bars from 2020-01-01; the window is the last five.
    private const long Start = 1_577_836_800;
    private static readonly MarketWindow s_market = Market();

    [Fact]
    public void Without_dates_it_is_the_window_and_nothing_before_it() =>
        Assert.Equal(new DateRange(120, 240), DateRange.Within(s_market, null, null));

    [Fact]
    public void Both_days_are_included() =>
        Assert.Equal(
            new DateRange(144, 192),
            DateRange.Within(s_market, new DateOnly(2020, 1, 7), new DateOnly(2020, 1, 8))
        );

    [Theory]
    [InlineData("2020-01-05", null, "starts at 2020-01-06T00:00:00Z")]
    [InlineData(null, "2020-01-05", "starts at 2020-01-06T00:00:00Z")]
    [InlineData("2020-02-01", null, "ends at 2020-01-11T00:00:00Z")]
    [InlineData(null, "2020-02-01", "ends at 2020-01-11T00:00:00Z")]
    public void A_day_beyond_a_border_is_refused_with_the_border(string? first, string? last, string border)
    {
        var refused = Assert.Throws<OperationFailedException>(() => DateRange.Within(s_market, Day(first), Day(last)));

        Assert.Equal("date_beyond_window", refused.Error.Code);
        Assert.Contains(border, refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Days_in_the_wrong_order_hold_no_bar() =>
        Assert.Equal(
            "empty_date_range",
            Assert
                .Throws<OperationFailedException>(() =>
                    DateRange.Within(s_market, new DateOnly(2020, 1, 8), new DateOnly(2020, 1, 7))
                )
                .Error.Code
        );

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text);

    private static MarketWindow Market()
    {
        var ones = Enumerable.Repeat(1.0, 240).ToArray();
        var bars = new Bars(
            Timeframe.H1,
            [.. Enumerable.Range(0, 240).Select(hour => Start + (hour * 3_600L))],
            ones,
            ones,
            ones,
            ones,
            ones,
            null
        );
        return new MarketWindow
        {
            Symbol = "TEST",
            Kind = InstrumentKind.Equity,
            Synthetic = true,
            Window = Window.Selection,
            BaseTimeframe = Timeframe.H1,
            Series = new Dictionary<Timeframe, Bars> { [Timeframe.H1] = bars },
            First = 120,
            Hash = "",
            TypicalSpread = double.NaN,
        };
    }
}
