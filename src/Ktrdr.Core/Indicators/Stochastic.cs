namespace Ktrdr.Core;

/// <summary>Stochastic oscillator: where the close lies in the range of the last bars.</summary>
public static class Stochastic
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "stochastic",
            Summary = "Where the close lies between the lowest low (0) and the highest high (100) of the last bars.",
            Category = "momentum",
            Parameters =
            [
                Parameter.Bars("k_period", "Bars whose range the close is compared with.", 14, 1, 100),
                Parameter.Bars("d_period", "Bars over which k is averaged into d.", 3, 1, 20),
                Parameter.Bars("smooth_k", "Bars over which k itself is averaged; 1 leaves it raw.", 3, 1, 20),
            ],
            Outputs = [new("k", 0, 100, "points"), new("d", 0, 100, "points")],
            WarmUp = (settings, output) =>
                settings.Integer("k_period")
                + settings.Integer("smooth_k")
                - 2
                + (output == 0 ? 0 : settings.Integer("d_period") - 1),
            Compute = (bars, settings, outputs) =>
                Fill(
                    bars.High,
                    bars.Low,
                    bars.Close,
                    settings.Integer("k_period"),
                    settings.Integer("d_period"),
                    settings.Integer("smooth_k"),
                    outputs[0],
                    outputs[1]
                ),
        };

    /// <summary>Stochastic oscillator.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>raw = 100·(close − LL) / (HH − LL)</c> over k_period bars, HH and LL being the highest high
    /// and lowest low; <c>k = SMA(raw, smooth_k)</c>; <c>d = SMA(k, d_period)</c>.</para>
    /// <para><b>Source.</b> G. C. Lane, <i>Lane's Stochastics</i> (1984).</para>
    /// <para><b>Unit and range.</b> Index points, 0 to 100; a raw value without range is 50.</para>
    /// <para><b>Warm-up.</b> k: k_period + smooth_k − 2 values; d: d_period − 1 more. A NaN in a window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or a period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int kPeriod,
        int dPeriod,
        int smoothK,
        Span<double> k,
        Span<double> d
    )
    {
        Column.MustBeAsLong(close, high, nameof(high));
        Column.MustBeAsLong(close, low, nameof(low));
        Column.MustBeAsLong(close, k, nameof(k));
        Column.MustBeAsLong(close, d, nameof(d));
        SlidingExtremes.Highest(high, kPeriod, k);
        SlidingExtremes.Lowest(low, kPeriod, d);
        RecentRange.Fill(close, d, k, d, 50, d);
        Sma.Fill(d, smoothK, k);
        Sma.Fill(k, dPeriod, d);
    }
}
