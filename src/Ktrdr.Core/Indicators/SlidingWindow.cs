namespace Ktrdr.Core;

/// <summary>What a sliding window keeps of the values in it: anything whose parts can be joined.</summary>
/// <typeparam name="TSelf">The summary itself.</typeparam>
internal interface IWindowSummary<TSelf>
    where TSelf : struct, IWindowSummary<TSelf>
{
    /// <summary>The summary of one value.</summary>
    static abstract TSelf Of(double value, int index);

    /// <summary>The summary of two neighbouring runs of values.</summary>
    static abstract TSelf Join(TSelf older, TSelf newer);

    /// <summary>The number it stands for in a window that ends at a place.</summary>
    double Result(int index);
}

/// <summary>Any summary of the last n values, in a constant number of steps a value whatever n is.</summary>
/// <remarks>
/// <para>The values are cut into blocks of n. A window is the tail of one block and the head of the next, so it is one
/// join of two summaries: heads grow with each value, tails are worked out once a block is full. (M. van Herk, 1992;
/// J. Gil and M. Werman, 1993, for maxima.)</para>
/// <para>Nothing is ever taken away from a running total. So nothing drifts, however many bars there are: each result
/// depends on its own n values alone, one huge or NaN value is gone as soon as it leaves the window, and bars yet to
/// come change nothing.</para>
/// </remarks>
internal static class SlidingWindow
{
    /// <summary>Fills the results; the first n − 1 are NaN. Source and result must not overlap.</summary>
    public static void Fill<TSummary>(ReadOnlySpan<double> values, int period, Span<double> result)
        where TSummary : struct, IWindowSummary<TSummary>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(values, result, nameof(result));
        using var rented = new Rented<TSummary>(period);
        var tails = rented.Span; // tails[k]: the last full block from its k-th value to its end
        var head = default(TSummary);
        var place = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var newest = TSummary.Of(values[i], i);
            head = place == 0 ? newest : TSummary.Join(head, newest);
            if (place < period - 1)
            {
                place++;
                result[i] = i < period ? double.NaN : TSummary.Join(tails[place], head).Result(i);
                continue;
            }

            result[i] = head.Result(i);
            place = 0;
            tails[period - 1] = newest;
            for (var k = period - 2; k >= 0; k--)
            {
                var index = i - period + 1 + k;
                tails[k] = TSummary.Join(TSummary.Of(values[index], index), tails[k + 1]);
            }
        }
    }
}

/// <summary>The sum of a window.</summary>
internal readonly record struct Sum(double Value) : IWindowSummary<Sum>
{
    public static Sum Of(double value, int index) => new(value);

    public static Sum Join(Sum older, Sum newer) => new(older.Value + newer.Value);

    public double Result(int index) => Value;
}
