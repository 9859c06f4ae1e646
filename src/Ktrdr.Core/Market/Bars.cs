namespace Ktrdr.Core;

/// <summary>A run of bars of one market and one timeframe, in columns.</summary>
/// <remarks>
/// <para>A bar is stamped with its <b>start</b>, in seconds since 1970-01-01 UTC, and is known only at its
/// <see cref="CloseTime"/>, start plus length. Times rise strictly.</para>
/// <para>Prices are in the quote currency. <see cref="Spread"/>, where the data has it, is ask minus bid at the close, in
/// price units; a value that is not above zero, or NaN, means the data did not say.</para>
/// <para>Bars are shared between readers and are not to be written to once built.</para>
/// </remarks>
public sealed class Bars
{
    private readonly long[] _times;
    private readonly double[] _open;
    private readonly double[] _high;
    private readonly double[] _low;
    private readonly double[] _close;
    private readonly double[] _volume;
    private readonly double[]? _spread;
    private readonly int _start;

    /// <summary>Takes over columns of equal length with strictly rising times.</summary>
    /// <exception cref="ArgumentException">Columns differ in length or a time does not rise.</exception>
    public Bars(
        Timeframe timeframe,
        long[] times,
        double[] open,
        double[] high,
        double[] low,
        double[] close,
        double[] volume,
        double[]? spread
    )
    {
        var count = times.Length;
        if (
            open.Length != count
            || high.Length != count
            || low.Length != count
            || close.Length != count
            || volume.Length != count
            || (spread is not null && spread.Length != count)
        )
        {
            throw new ArgumentException($"Columns of bars differ in length; the times have {count}.", nameof(times));
        }

        for (var i = 1; i < count; i++)
        {
            if (times[i] <= times[i - 1])
            {
                throw new ArgumentException($"Bar {i} starts at {times[i]}, not after bar {i - 1}.", nameof(times));
            }
        }

        (Timeframe, Count) = (timeframe, count);
        (_times, _open, _high, _low, _close, _volume, _spread) = (times, open, high, low, close, volume, spread);
    }

    private Bars(Bars whole, int start, int count)
    {
        (Timeframe, _start, Count) = (whole.Timeframe, whole._start + start, count);
        (_times, _open, _high, _low) = (whole._times, whole._open, whole._high, whole._low);
        (_close, _volume, _spread) = (whole._close, whole._volume, whole._spread);
    }

    /// <summary>The length of each bar.</summary>
    public Timeframe Timeframe { get; }

    /// <summary>How many bars there are.</summary>
    public int Count { get; }

    /// <summary>Start of each bar, seconds since 1970-01-01 UTC.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(_start, Count);

    /// <summary>First price of each bar.</summary>
    public ReadOnlySpan<double> Open => _open.AsSpan(_start, Count);

    /// <summary>Highest price of each bar.</summary>
    public ReadOnlySpan<double> High => _high.AsSpan(_start, Count);

    /// <summary>Lowest price of each bar.</summary>
    public ReadOnlySpan<double> Low => _low.AsSpan(_start, Count);

    /// <summary>Last price of each bar.</summary>
    public ReadOnlySpan<double> Close => _close.AsSpan(_start, Count);

    /// <summary>Units traded in each bar; 0 where the venue reports none (forex).</summary>
    public ReadOnlySpan<double> Volume => _volume.AsSpan(_start, Count);

    /// <summary>Whether the data carries a spread.</summary>
    public bool HasSpread => _spread is not null;

    /// <summary>Ask minus bid at each close, in price units; empty when <see cref="HasSpread"/> is false.</summary>
    public ReadOnlySpan<double> Spread => _spread is null ? [] : _spread.AsSpan(_start, Count);

    /// <summary>When bar <paramref name="index"/> is known: its start plus its length, seconds since 1970-01-01 UTC.</summary>
    public long CloseTime(int index) => Times[index] + Timeframe.Seconds;

    /// <summary>A view of some of these bars; nothing is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves these bars.</exception>
    public Bars Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Count);
        return new Bars(this, start, count);
    }

    /// <summary>The index of the first bar that starts at or after a moment; <see cref="Count"/> when there is none.</summary>
    public int IndexFrom(long unixSeconds)
    {
        var found = Times.BinarySearch(unixSeconds);
        return found >= 0 ? found : ~found;
    }
}
