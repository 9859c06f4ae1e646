using System.Numerics.Tensors;

namespace Ktrdr.Core;

/// <summary>The highest and the lowest of the last n values.</summary>
/// <remarks>
/// <para>By doubling: the extreme of two values is that of one and its neighbour, of four that of two pairs, and so on; a
/// window of any length is two of the next shorter power of two, overlapping. That is one pass per doubling, each over many
/// values at once, and no decision that depends on them.</para>
/// <para>Each result is one of its own n values. A NaN in the window makes the result NaN.</para>
/// </remarks>
internal static class SlidingExtremes
{
    private const int ValuesAtATime = 2_048;

    /// <summary>Fills the highest of each window; the first n − 1 are NaN. Source and result must not overlap.</summary>
    public static void Highest(ReadOnlySpan<double> values, int period, Span<double> result) =>
        Fill(values, period, result, TensorPrimitives.Max);

    /// <summary>Fills the lowest of each window; the first n − 1 are NaN. Source and result must not overlap.</summary>
    public static void Lowest(ReadOnlySpan<double> values, int period, Span<double> result) =>
        Fill(values, period, result, TensorPrimitives.Min);

    private delegate void Join(ReadOnlySpan<double> older, ReadOnlySpan<double> newer, Span<double> joined);

    // Block by block, so that the passes find their values in the processor's nearest memory.
    private static void Fill(ReadOnlySpan<double> values, int period, Span<double> result, Join join)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(values, result, nameof(result));
        var warmUp = Math.Min(period - 1, values.Length);
        result[..warmUp].Fill(double.NaN);
        var room = ValuesAtATime + period;
        using var rented = new Rented<double>(2 * room);
        for (var end = warmUp; end < values.Length; end += ValuesAtATime)
        {
            var count = Math.Min(ValuesAtATime, values.Length - end);
            var from = values.Slice(end - warmUp, count + warmUp);
            var (length, place) = (1, 0);
            for (; 2 * length <= period; length *= 2)
            {
                var joined = rented.Span.Slice(place, from.Length - length);
                join(from[..^length], from[length..], joined);
                from = joined;
                place = room - place;
            }

            join(from[..count], from.Slice(period - length, count), result.Slice(end, count));
        }
    }
}
