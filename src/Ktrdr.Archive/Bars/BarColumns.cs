using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>Bars while they are being read: columns that grow, and the row each bar came from.</summary>
/// <param name="hasSpread">Whether there is a column of spreads.</param>
/// <param name="expected">How many bars there will be; where that is right, no column is ever copied.</param>
internal sealed class BarColumns(bool hasSpread, int expected = 4_096)
{
    private long[] _times = new long[expected];
    private long[] _rows = new long[expected];
    private double[] _open = new double[expected];
    private double[] _high = new double[expected];
    private double[] _low = new double[expected];
    private double[] _close = new double[expected];
    private double[] _volume = new double[expected];
    private double[] _spread = new double[hasSpread ? expected : 0];

    public int Count { get; private set; }

    public Span<long> Times => _times.AsSpan(0, Count);

    public ReadOnlySpan<long> Rows => _rows.AsSpan(0, Count);

    public ReadOnlySpan<double> Close => _close.AsSpan(0, Count);

    public void Add(long row, long time, in BarValues values)
    {
        if (Count == _times.Length)
        {
            Resize(Math.Max(4_096, Count * 2));
        }

        var i = Count++;
        (_rows[i], _times[i]) = (row, time);
        (_open[i], _high[i], _low[i], _close[i]) = (values.Open, values.High, values.Low, values.Close);
        _volume[i] = values.Volume;
        if (hasSpread)
        {
            _spread[i] = values.Spread;
        }
    }

    public BarValues this[int i] =>
        new(_open[i], _high[i], _low[i], _close[i], _volume[i], hasSpread ? _spread[i] : double.NaN);

    /// <summary>Whether each bar starts after the one before.</summary>
    public bool IsRising
    {
        get
        {
            for (var i = 1; i < Count; i++)
            {
                if (_times[i] <= _times[i - 1])
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Puts the bars in order of time, and of rows where times are equal; returns how many came too early.</summary>
    public int Sort()
    {
        var late = 0;
        var latest = long.MinValue;
        foreach (var time in Times)
        {
            late += time < latest ? 1 : 0;
            latest = Math.Max(latest, time);
        }

        if (late > 0)
        {
            var order = new int[Count];
            for (var i = 0; i < Count; i++)
            {
                order[i] = i;
            }

            var (times, rows) = (_times, _rows);
            Array.Sort(
                order,
                (a, b) => times[a] != times[b] ? times[a].CompareTo(times[b]) : rows[a].CompareTo(rows[b])
            );
            Keep(order);
        }

        return late;
    }

    /// <summary>Keeps only some bars, in the order given.</summary>
    public void Keep(ReadOnlySpan<int> order)
    {
        (_times, _rows) = (Picked(_times, order), Picked(_rows, order));
        (_open, _high) = (Picked(_open, order), Picked(_high, order));
        (_low, _close) = (Picked(_low, order), Picked(_close, order));
        (_volume, _spread) = (Picked(_volume, order), hasSpread ? Picked(_spread, order) : _spread);
        Count = order.Length;
    }

    /// <summary>The bars; the columns are theirs from then on.</summary>
    public Bars ToBars(Timeframe timeframe)
    {
        Resize(Count);
        return new Bars(timeframe, _times, _open, _high, _low, _close, _volume, hasSpread ? _spread : null);
    }

    private static T[] Picked<T>(T[] column, ReadOnlySpan<int> order)
    {
        var picked = new T[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            picked[i] = column[order[i]];
        }

        return picked;
    }

    private void Resize(int length)
    {
        Array.Resize(ref _times, length);
        Array.Resize(ref _rows, length);
        Array.Resize(ref _open, length);
        Array.Resize(ref _high, length);
        Array.Resize(ref _low, length);
        Array.Resize(ref _close, length);
        Array.Resize(ref _volume, length);
        if (hasSpread)
        {
            Array.Resize(ref _spread, length);
        }
    }
}

/// <summary>The values of one bar. A spread the data did not give is NaN.</summary>
internal readonly record struct BarValues(
    double Open,
    double High,
    double Low,
    double Close,
    double Volume,
    double Spread
);
