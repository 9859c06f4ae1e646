namespace Ktrdr.Core;

/// <summary>Where in its own range a bar closed, alone and times its volume: the part that CMF and the A/D line share.</summary>
internal static class MoneyFlow
{
    /// <summary>
    /// <c>((close − low) − (high − close)) / (high − low)</c>, from −1 at the low to 1 at the high, and that times volume.
    /// </summary>
    /// <remarks>A bar without range pressed neither way: 0. Otherwise one such bar would blank every sum that holds it.</remarks>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        ReadOnlySpan<double> volume,
        Span<double> multiplier,
        Span<double> flow
    )
    {
        Column.MustBeAsLong(close, high, nameof(high));
        Column.MustBeAsLong(close, low, nameof(low));
        Column.MustBeAsLong(close, volume, nameof(volume));
        Column.MustBeAsLong(close, multiplier, nameof(multiplier));
        Column.MustBeAsLong(close, flow, nameof(flow));
        for (var i = 0; i < close.Length; i++)
        {
            var range = high[i] - low[i];
            multiplier[i] = range == 0 ? 0 : (close[i] - low[i] - (high[i] - close[i])) / range;
            flow[i] = multiplier[i] * volume[i];
        }
    }
}
