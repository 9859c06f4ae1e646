namespace Ktrdr.Core;

/// <summary>The range of a bar together with any jump from the close before it.</summary>
internal static class TrueRange
{
    /// <summary><c>max(high − low, |high − close₋₁|, |low − close₋₁|)</c>; NaN at the first bar, which has no close before it.</summary>
    public static double At(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close, int index)
    {
        if (index == 0)
        {
            return double.NaN;
        }

        var before = close[index - 1];
        var jump = Math.Max(Math.Abs(high[index] - before), Math.Abs(low[index] - before));
        return Math.Max(high[index] - low[index], jump);
    }
}
