namespace Ktrdr.Core;

/// <summary>Parabolic stop and reverse: a stop that follows the trend ever faster until price hits it.</summary>
public static class ParabolicSar
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "parabolicsar",
            Summary =
                "A stop below price in a rise and above it in a fall, closing in faster the longer the trend lasts.",
            Category = "trend",
            Parameters =
            [
                Parameter.AboveZero("initial_af", "Acceleration at the start of a trend, a fraction.", 0.02, 1),
                Parameter.AboveZero("step_af", "Added to it at every new extreme, a fraction.", 0.02, 1),
                Parameter.AboveZero("max_af", "The most it can become, a fraction.", 0.2, 1),
            ],
            Outputs = [new("value", 0, double.PositiveInfinity, "price")],
            WarmUp = (_, _) => 1,
            Compute = (bars, settings, outputs) =>
                Fill(
                    bars.High,
                    bars.Low,
                    bars.Close,
                    settings.Number("initial_af"),
                    settings.Number("step_af"),
                    settings.Number("max_af"),
                    outputs[0]
                ),
        };

    /// <summary>Parabolic stop and reverse.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>sar += af·(extreme − sar)</c>, in a rise never above the lows of the two bars before, in a
    /// fall never below their highs. The extreme is the highest high of the rise or lowest low of the fall, its first bars included; each new one
    /// adds step to af, up to max. A bar that passes the stop turns the trend: sar becomes the old extreme (or this bar's
    /// own high or low where that lies further out), the extreme starts at this bar, af at initial. The first trend is a
    /// rise when the second close is at or above the first; its stop is the lower of the first two lows (the higher of
    /// the highs in a fall).</para>
    /// <para><b>Source.</b> J. W. Wilder, <i>New Concepts in Technical Trading Systems</i> (1978).</para>
    /// <para><b>Unit and range.</b> A price, above 0.</para>
    /// <para><b>Warm-up.</b> The first value is NaN. A bar with a NaN is passed over.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        double initial,
        double step,
        double maximum,
        Span<double> stop
    )
    {
        Column.MustBeAsLong(close, high, nameof(high));
        Column.MustBeAsLong(close, low, nameof(low));
        Column.MustBeAsLong(close, stop, nameof(stop));
        // A fall is a rise upside down: its prices are negated, so that the rules need saying only once.
        var (side, sar, extreme, factor) = (0, 0.0, 0.0, 0.0);
        var (last, previous) = (-1, -1); // the two bars before this one
        for (var i = 0; i < close.Length; i++)
        {
            stop[i] = double.NaN;
            if (double.IsNaN(high[i] + low[i] + close[i]))
            {
                continue;
            }

            if (last >= 0)
            {
                if (side == 0)
                {
                    side = close[i] >= close[last] ? 1 : -1;
                    sar = Math.Min(Foot(high, low, last, side), Foot(high, low, i, side));
                    extreme = Math.Max(Top(high, low, last, side), Top(high, low, i, side));
                    factor = Math.Min(initial, maximum);
                }
                else
                {
                    var floor = Math.Min(Foot(high, low, last, side), Foot(high, low, previous, side));
                    sar = Math.Min(sar + (factor * (extreme - sar)), floor);
                    if (Foot(high, low, i, side) < sar)
                    {
                        side = -side;
                        sar = Math.Min(-extreme, Foot(high, low, i, side));
                        extreme = Top(high, low, i, side);
                        factor = Math.Min(initial, maximum);
                    }
                    else if (Top(high, low, i, side) > extreme)
                    {
                        extreme = Top(high, low, i, side);
                        factor = Math.Min(factor + step, maximum);
                    }
                }

                stop[i] = side * sar;
            }

            (previous, last) = (last, i);
        }
    }

    private static double Top(ReadOnlySpan<double> high, ReadOnlySpan<double> low, int index, int side) =>
        side > 0 ? high[index] : -low[index];

    private static double Foot(ReadOnlySpan<double> high, ReadOnlySpan<double> low, int index, int side) =>
        side > 0 ? low[index] : -high[index];
}
