using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>Where the close lies between the highest high and the lowest low: the part that Stochastic and Williams %R share.</summary>
internal static class RecentRange
{
    /// <summary><c>100·(close − edge) / (highest − lowest)</c>, the edge being one of the two.</summary>
    /// <param name="close">Closes.</param>
    /// <param name="edge">What the close is measured from.</param>
    /// <param name="highest">The highest high of each window.</param>
    /// <param name="lowest">The lowest low of each window.</param>
    /// <param name="withoutRange">The value where highest and lowest are one.</param>
    /// <param name="points">Gets the values; may be any of the others.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(
        ReadOnlySpan<double> close,
        ReadOnlySpan<double> edge,
        ReadOnlySpan<double> highest,
        ReadOnlySpan<double> lowest,
        double withoutRange,
        Span<double> points
    )
    {
        var (hundred, middle) = (new Vector<double>(100), new Vector<double>(withoutRange));
        var closes = MemoryMarshal.Cast<double, Vector<double>>(close);
        var edges = MemoryMarshal.Cast<double, Vector<double>>(edge)[..closes.Length];
        var highs = MemoryMarshal.Cast<double, Vector<double>>(highest)[..closes.Length];
        var lows = MemoryMarshal.Cast<double, Vector<double>>(lowest)[..closes.Length];
        var whole = MemoryMarshal.Cast<double, Vector<double>>(points)[..closes.Length];
        for (var i = 0; i < closes.Length; i++)
        {
            var range = highs[i] - lows[i];
            var place = hundred * ((closes[i] - edges[i]) / range);
            whole[i] = Vector.ConditionalSelect(Vector.Equals<double>(range, Vector<double>.Zero), middle, place);
        }

        for (var i = closes.Length * Vector<double>.Count; i < close.Length; i++)
        {
            var range = highest[i] - lowest[i];
            points[i] = range == 0 ? withoutRange : 100 * ((close[i] - edge[i]) / range);
        }
    }
}
