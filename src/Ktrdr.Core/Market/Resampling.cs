namespace Ktrdr.Core;

/// <summary>Longer bars made from shorter ones.</summary>
/// <remarks>
/// <para>A longer bar exists where at least one shorter bar falls in it: open of the first, high of the highest, low of the
/// lowest, close and spread of the last, the sum of the volumes. Weeks start on Monday, everything else at midnight UTC.</para>
/// <para>A shorter bar belongs where its last second falls. That matters only for bars off the grid, such as hours from
/// 09:30: the bar from 11:30 is known at 12:30 and so cannot be part of a bar that closes at 12:00.</para>
/// <para>A last bar that the data does not reach the end of is left out: it is not closed, and nobody may act on it.</para>
/// </remarks>
public static class Resampling
{
    /// <summary>Makes bars of a longer timeframe.</summary>
    /// <exception cref="ArgumentException">The timeframe is shorter than that of the bars.</exception>
    public static Bars To(Bars bars, Timeframe timeframe)
    {
        if (timeframe == bars.Timeframe)
        {
            return bars;
        }

        if (timeframe.CompareTo(bars.Timeframe) < 0)
        {
            throw new ArgumentException(
                $"Bars of {bars.Timeframe} cannot be made into shorter ones of {timeframe}.",
                nameof(timeframe)
            );
        }

        var starts = Starts(bars, timeframe);
        var times = new long[starts.Count];
        var (open, high, low, close) = (Column(times), Column(times), Column(times), Column(times));
        var volume = Column(times);
        var spread = bars.HasSpread ? Column(times) : null;
        for (var i = 0; i < times.Length; i++)
        {
            var from = starts[i].First;
            var count = starts[i].Count;
            var last = from + count - 1;
            times[i] = starts[i].Time;
            open[i] = bars.Open[from];
            (high[i], low[i]) = Range(bars.High.Slice(from, count), bars.Low.Slice(from, count));
            close[i] = bars.Close[last];
            foreach (var units in bars.Volume.Slice(from, count))
            {
                volume[i] += units;
            }

            if (spread is not null)
            {
                spread[i] = bars.Spread[last];
            }
        }

        return new Bars(timeframe, times, open, high, low, close, volume, spread);
    }

    private static double[] Column(long[] times) => new double[times.Length];

    private static (double High, double Low) Range(ReadOnlySpan<double> highs, ReadOnlySpan<double> lows)
    {
        var (high, low) = (highs[0], lows[0]);
        for (var i = 1; i < highs.Length; i++)
        {
            high = Math.Max(high, highs[i]);
            low = Math.Min(low, lows[i]);
        }

        return (high, low);
    }

    private static List<(long Time, int First, int Count)> Starts(Bars bars, Timeframe timeframe)
    {
        var found = new List<(long Time, int First, int Count)>();
        var first = 0;
        for (var i = 0; i < bars.Count; i++)
        {
            var start = timeframe.StartOf(bars.CloseTime(i) - 1);
            var ends = i + 1 == bars.Count || timeframe.StartOf(bars.CloseTime(i + 1) - 1) != start;
            if (!ends)
            {
                continue;
            }

            if (i + 1 < bars.Count || bars.CloseTime(i) >= start + timeframe.Seconds)
            {
                found.Add((start, first, i + 1 - first));
            }

            first = i + 1;
        }

        return found;
    }
}
