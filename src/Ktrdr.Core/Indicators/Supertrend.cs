namespace Ktrdr.Core;

/// <summary>Supertrend: a trailing band that price must cross to turn the trend.</summary>
public static class Supertrend
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "supertrend",
            Summary =
                "A line that trails price at a few ATRs, below it in a rise and above it in a fall; direction says which.",
            Category = "trend",
            Parameters =
            [
                Parameter.Bars("period", "Bars of the average true range.", 10, 2, 200),
                Parameter.AboveZero("multiplier", "Distance of the band from the middle of the bar, in ATRs.", 3, 10),
            ],
            Outputs =
            [
                new("trend", double.NegativeInfinity, double.PositiveInfinity, "price"),
                new("direction", -1, 1, "points"),
            ],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) =>
                Fill(
                    bars.High,
                    bars.Low,
                    bars.Close,
                    settings.Integer("period"),
                    settings.Number("multiplier"),
                    outputs[0],
                    outputs[1]
                ),
        };

    /// <summary>Supertrend.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> Bands at <c>(high + low)/2 ± m·ATR(n)</c>. The upper one may only fall until a close passes
    /// above it, the lower one may only rise until a close passes below it. The trend turns down when the close falls
    /// below the lower band, up when it rises above the upper one; it begins up when the first close is at or above the
    /// middle of its bar. <c>trend</c> is the lower band in a rise and the upper one in a fall.</para>
    /// <para><b>Source.</b> O. Seban, <i>Tout le monde mérite d'être riche</i> (2008).</para>
    /// <para><b>Unit and range.</b> trend: a price, which a large multiplier can take below 0; direction: 1 in a rise,
    /// −1 in a fall.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN, as for the ATR. A NaN is passed over.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int period,
        double multiplier,
        Span<double> trend,
        Span<double> direction
    )
    {
        Column.MustBeAsLong(close, direction, nameof(direction));
        Atr.Fill(high, low, close, period, trend);
        var (upper, lower, rising) = (double.NaN, double.NaN, false);
        for (var i = 0; i < close.Length; i++)
        {
            var distance = multiplier * trend[i];
            if (double.IsNaN(distance + close[i]))
            {
                trend[i] = direction[i] = double.NaN;
                continue;
            }

            var middle = (high[i] + low[i]) / 2;
            if (double.IsNaN(upper))
            {
                (upper, lower, rising) = (middle + distance, middle - distance, close[i] >= middle);
            }
            else
            {
                // A defined ATR means that the close before this bar is defined too.
                upper = close[i - 1] > upper ? middle + distance : Math.Min(upper, middle + distance);
                lower = close[i - 1] < lower ? middle - distance : Math.Max(lower, middle - distance);
            }

            rising = rising ? close[i] >= lower : close[i] > upper;
            trend[i] = rising ? lower : upper;
            direction[i] = rising ? 1 : -1;
        }
    }
}
