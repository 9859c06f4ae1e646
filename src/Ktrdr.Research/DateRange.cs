using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The bars of a window that remain when days are named: dates narrow a window and never widen it.</summary>
/// <param name="Start">Index of the first bar.</param>
/// <param name="End">Index after the last bar.</param>
internal readonly record struct DateRange(int Start, int End)
{
    /// <summary>Narrows a window to some days, both included.</summary>
    /// <exception cref="OperationFailedException">A day lies beyond the window; the message names the border.</exception>
    public static DateRange Within(MarketWindow market, DateOnly? first, DateOnly? last)
    {
        var bars = market.Base;
        var opens = bars.Times[market.First];
        var ends = bars.CloseTime(bars.Count - 1);
        foreach (var date in (DateOnly?[])[first, last])
        {
            if (date is { } day && Seconds(day) < Day(opens))
            {
                throw Beyond(day, "starts", opens);
            }

            if (date is { } later && Seconds(later) > Day(ends))
            {
                throw Beyond(later, "ends", ends);
            }
        }

        var start = first is { } firstDay ? Math.Max(market.First, bars.IndexFrom(Seconds(firstDay))) : market.First;
        var end = last is { } lastDay ? bars.IndexFrom(Seconds(lastDay.AddDays(1))) : bars.Count;
        return start < end
            ? new DateRange(start, end)
            : throw new OperationFailedException(
                new OperationError(
                    "empty_date_range",
                    $"{market.Symbol} {market.BaseTimeframe} has no bar from {Named(first, "the start")} to {Named(last, "the end")} within the {market.Window.ToString().ToLowerInvariant()} window.",
                    "Name days between the borders that 'ktrdr data show' prints."
                )
            );

        OperationFailedException Beyond(DateOnly date, string verb, long border) =>
            new(
                new OperationError(
                    "date_beyond_window",
                    $"{date:yyyy-MM-dd} lies beyond the {market.Window.ToString().ToLowerInvariant()} window of "
                        + $"{market.Symbol}, which {verb} at {Iso.Of(border)}.",
                    "Dates narrow a window and never widen it; 'ktrdr data show' prints the borders."
                )
            );
    }

    private static string Named(DateOnly? day, string otherwise) =>
        day is { } named ? $"{named:yyyy-MM-dd}" : otherwise;

    private static long Seconds(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds();

    private static long Day(long seconds) => Timeframe.D1.StartOf(seconds);
}
