namespace Ktrdr.Core;

/// <summary>One price for a whole bar.</summary>
internal static class TypicalPrice
{
    /// <summary><c>(high + low + close) / 3</c>.</summary>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        Span<double> typical
    )
    {
        Column.MustBeAsLong(close, high, nameof(high));
        Column.MustBeAsLong(close, low, nameof(low));
        for (var i = 0; i < close.Length; i++)
        {
            typical[i] = (high[i] + low[i] + close[i]) / 3;
        }
    }
}
