namespace Ktrdr.Core;

/// <summary>Why bars are missing, as far as the calendar can tell.</summary>
public enum GapClass
{
    /// <summary>The market rests at the weekend.</summary>
    ExpectedWeekend,

    /// <summary>Outside trading hours: the night of an exchange, the daily break of a currency market.</summary>
    ExpectedTradingHours,

    /// <summary>A holiday.</summary>
    ExpectedHoliday,

    /// <summary>More than 72 hours, whatever the reason.</summary>
    MarketClosure,

    /// <summary>Nothing explains it.</summary>
    Unexpected,
}

/// <summary>A stretch of time without bars.</summary>
/// <param name="From">Close of the bar before it, seconds since 1970-01-01 UTC.</param>
/// <param name="To">Start of the bar after it, seconds since 1970-01-01 UTC.</param>
/// <param name="MissingBars">How many bars would have fitted in.</param>
/// <param name="Class">Why, as far as the calendar can tell.</param>
public readonly record struct Gap(long From, long To, int MissingBars, GapClass Class)
{
    /// <summary>Length in seconds.</summary>
    public long Seconds => To - From;
}

/// <summary>Finds the gaps in bars and tells the expected ones from the others.</summary>
/// <remarks>
/// <para>The first rule that fits decides. <b>All kinds:</b> more than 72 hours is a market closure.</para>
/// <para><b>Forex and CFD</b> trade from Sunday to Friday evening in New York. A gap that misses nothing but the time
/// from Friday 20:00 to Sunday 23:00 UTC (summer time and early closes included) is a weekend; one that touches 24 to 26
/// December, 31 December to 2 January or Good Friday a holiday; one of at most two hours between 20:00 and 24:00 UTC the
/// daily break.</para>
/// <para><b>Equity</b> trades one session a day. A gap of less than 72 hours around a Saturday is a weekend; one from 4 to 24
/// hours a night; any other longer than a day a holiday, since an exchange skips a weekday for nothing else.</para>
/// <para><b>Crypto</b> never rests: every shorter gap is unexpected.</para>
/// </remarks>
public static class Gaps
{
    private const long Hour = 3_600;
    private const long Day = 24 * Hour;
    private const long LongestExpected = 72 * Hour;

    /// <summary>The text of a class in reports, such as <c>expected_weekend</c>.</summary>
    public static string NameOf(GapClass gapClass) =>
        gapClass switch
        {
            GapClass.ExpectedWeekend => "expected_weekend",
            GapClass.ExpectedTradingHours => "expected_trading_hours",
            GapClass.ExpectedHoliday => "expected_holiday",
            GapClass.MarketClosure => "market_closure",
            _ => "unexpected",
        };

    /// <summary>Every gap, in order of time.</summary>
    public static IReadOnlyList<Gap> Classify(Bars bars, InstrumentKind kind)
    {
        var gaps = new List<Gap>();
        var times = bars.Times;
        for (var i = 1; i < times.Length; i++)
        {
            var (from, to) = (times[i - 1] + bars.Timeframe.Seconds, times[i]);
            var missing = (to - from) / bars.Timeframe.Seconds;
            if (missing > 0)
            {
                gaps.Add(new Gap(from, to, (int)Math.Min(missing, int.MaxValue), ClassOf(from, to, kind)));
            }
        }

        return gaps;
    }

    private static GapClass ClassOf(long from, long to, InstrumentKind kind)
    {
        if (to - from > LongestExpected)
        {
            return GapClass.MarketClosure;
        }

        return kind switch
        {
            InstrumentKind.Crypto => GapClass.Unexpected,
            InstrumentKind.Equity => OfExchange(from, to),
            _ => OfCurrencies(from, to),
        };
    }

    private static GapClass OfExchange(long from, long to)
    {
        var length = to - from;
        var saturdayNoon = Timeframe.W1.StartOf(from) + (5 * Day) + (12 * Hour);
        if (from <= saturdayNoon && saturdayNoon < to && length < LongestExpected)
        {
            return GapClass.ExpectedWeekend;
        }

        if (length is >= 4 * Hour and < Day)
        {
            return GapClass.ExpectedTradingHours;
        }

        return length >= Day ? GapClass.ExpectedHoliday : GapClass.Unexpected;
    }

    private static GapClass OfCurrencies(long from, long to)
    {
        var monday = Timeframe.W1.StartOf(from);
        if (from >= monday + (4 * Day) + (20 * Hour) && to <= monday + (7 * Day))
        {
            return GapClass.ExpectedWeekend;
        }

        for (var day = Timeframe.D1.StartOf(from); day < to; day += Day)
        {
            if (IsHoliday(DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(day))))
            {
                return GapClass.ExpectedHoliday;
            }
        }

        var midnight = Timeframe.D1.StartOf(from) + Day;
        var inBreak = from >= midnight - (4 * Hour) && to <= midnight && to - from <= 2 * Hour;
        return inBreak ? GapClass.ExpectedTradingHours : GapClass.Unexpected;
    }

    private static bool IsHoliday(DateOnly day) =>
        day is { Month: 12, Day: 24 or 25 or 26 or 31 } or { Month: 1, Day: 1 or 2 }
        || day.DayOfWeek == DayOfWeek.Friday && day.AddDays(2) == EasterSunday(day.Year);

    // The Gregorian computus of Meeus, Jones and Butcher: the Sunday after the first full moon of spring.
    private static DateOnly EasterSunday(int year)
    {
        var (golden, century, inCentury) = (year % 19, year / 100, year % 100);
        var moon = ((19 * golden) + century - (century / 4) - ((century - ((century + 8) / 25) + 1) / 3) + 15) % 30;
        var weekday = (32 + (2 * (century % 4)) + (2 * (inCentury / 4)) - moon - (inCentury % 4)) % 7;
        var late = (golden + (11 * moon) + (22 * weekday)) / 451;
        var sum = moon + weekday - (7 * late) + 114;
        return new DateOnly(year, sum / 31, (sum % 31) + 1);
    }
}
