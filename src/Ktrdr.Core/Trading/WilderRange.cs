namespace Ktrdr.Core;

/// <summary>The average true range that exits and labels measure their barriers in.</summary>
/// <remarks>
/// <para><b>Formula.</b> <c>TR = max(high, close₋₁) − min(low, close₋₁)</c> from the second bar on; Wilder's average of
/// it: the mean of the first n, then <c>avg += (TR − avg) / n</c>.</para>
/// <para><b>Source.</b> J. W. Wilder, <i>New Concepts in Technical Trading Systems</i> (1978).</para>
/// <para><b>Unit and range.</b> Price units, 0 or more.</para>
/// <para><b>Warm-up.</b> The first n values are <see cref="double.NaN"/>: n ranges need n + 1 bars.</para>
/// </remarks>
internal static class WilderRange
{
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int period,
        Span<double> range
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        var average = 0.0;
        range[..Math.Min(period, close.Length)].Fill(double.NaN);
        for (var i = 1; i < close.Length; i++)
        {
            var previous = close[i - 1];
            var trueRange = Math.Max(high[i], previous) - Math.Min(low[i], previous);
            average += (trueRange - average) / Math.Min(i, period);
            if (i >= period)
            {
                range[i] = average;
            }
        }
    }
}
