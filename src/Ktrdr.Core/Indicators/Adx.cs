namespace Ktrdr.Core;

/// <summary>Average directional index: how much of the movement has a direction, and which.</summary>
public static class Adx
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "adx",
            Summary = "How strongly price trends, whichever way; plus_di and minus_di say which. Above 60 is rare.",
            Category = "trend",
            Parameters = [Parameter.Period(14, 2, 200)],
            Outputs =
            [
                new("adx", 0, 100, "points"),
                new("plus_di", 0, 100, "points"),
                new("minus_di", 0, 100, "points"),
            ],
            WarmUp = (settings, output) =>
                output == 0 ? (2 * settings.Integer("period")) - 1 : settings.Integer("period"),
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, bars.Close, settings.Integer("period"), outputs[0], outputs[1], outputs[2]),
        };

    /// <summary>Average directional index with its two directional indicators.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>+DM</c> is the rise of the high and <c>−DM</c> the fall of the low, whichever is larger and
    /// above 0, the other 0. <c>±DI = 100·W(±DM) / W(TR)</c>; <c>DX = 100·|+DI − −DI| / (+DI + −DI)</c>; <c>ADX = W(DX)</c>.
    /// W is Wilder's average: the mean of the first n, then <c>avg += (x − avg) / n</c>.</para>
    /// <para><b>Source.</b> J. W. Wilder, <i>New Concepts in Technical Trading Systems</i> (1978).</para>
    /// <para><b>Unit and range.</b> Index points, 0 to 100; 0 where nothing moved.</para>
    /// <para><b>Warm-up.</b> The directional indicators: n values; ADX: 2n − 1. A NaN is passed over.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int period,
        Span<double> adx,
        Span<double> plusDi,
        Span<double> minusDi
    )
    {
        Column.MustBeAsLong(close, high, nameof(high));
        Column.MustBeAsLong(close, low, nameof(low));
        Column.MustBeAsLong(close, adx, nameof(adx));
        Column.MustBeAsLong(close, plusDi, nameof(plusDi));
        Column.MustBeAsLong(close, minusDi, nameof(minusDi));
        var ranges = RecursiveAverage.Wilder(period);
        var ups = RecursiveAverage.Wilder(period);
        var downs = RecursiveAverage.Wilder(period);
        var indices = RecursiveAverage.Wilder(period);
        for (var i = 0; i < close.Length; i++)
        {
            var range = TrueRange.At(high, low, close, i);
            var rise = i == 0 ? double.NaN : high[i] - high[i - 1];
            var fall = i == 0 ? double.NaN : low[i - 1] - low[i];
            if (double.IsNaN(range + rise + fall))
            {
                adx[i] = plusDi[i] = minusDi[i] = double.NaN;
                continue;
            }

            var scale = ranges.Add(range);
            var up = Share(ups.Add(rise > fall && rise > 0 ? rise : 0), scale);
            var down = Share(downs.Add(fall > rise && fall > 0 ? fall : 0), scale);
            plusDi[i] = 100 * up;
            minusDi[i] = 100 * down;
            adx[i] = indices.Add(100 * Share(Math.Abs(up - down), up + down));
        }
    }

    // A part is never more than the whole but by a rounding, which must not leave the range.
    private static double Share(double part, double whole) => whole == 0 ? 0 : Math.Min(part / whole, 1);
}
