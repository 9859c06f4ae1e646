namespace Ktrdr.Core;

/// <summary>Bollinger bands: a mean, and around it the distance that price has lately strayed from it.</summary>
public static class BollingerBands
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "bollingerbands",
            Aliases = ["bbands"],
            Summary = "A mean with a band above and below it, wide when price moves much and narrow when it rests.",
            Category = "volatility",
            Parameters =
            [
                Parameter.Period(20, 2, 200),
                Parameter.AboveZero("multiplier", "Distance of a band from the mean, in standard deviations.", 2, 10),
            ],
            TakesSource = true,
            Outputs =
            [
                new("upper", 0, double.PositiveInfinity, "price"),
                new("middle", 0, double.PositiveInfinity, "price"),
                new("lower", double.NegativeInfinity, double.PositiveInfinity, "price"),
            ],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) =>
                Fill(
                    settings.Column(bars),
                    settings.Integer("period"),
                    settings.Number("multiplier"),
                    outputs[0],
                    outputs[1],
                    outputs[2]
                ),
        };

    /// <summary>Bollinger bands.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>middle = SMA(n)</c>; <c>upper, lower = middle ± m·σ</c>, σ being the population deviation
    /// of the same n values (divided by n).</para>
    /// <para><b>Source.</b> J. Bollinger, <i>Bollinger on Bollinger Bands</i> (2001).</para>
    /// <para><b>Unit and range.</b> Prices; the lower band can fall below 0. Over a flat window all three meet.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> source,
        int period,
        double multiplier,
        Span<double> upper,
        Span<double> middle,
        Span<double> lower
    )
    {
        Column.MustBeAsLong(source, lower, nameof(lower));
        Column.MustBeAsLong(source, upper, nameof(upper));
        StandardDeviation.Fill(source, period, middle, upper);
        for (var i = 0; i < source.Length; i++)
        {
            var distance = multiplier * upper[i];
            upper[i] = middle[i] + distance;
            lower[i] = middle[i] - distance;
        }
    }
}
