namespace Ktrdr.Core;

/// <summary>Distance from a moving average: how stretched the price is.</summary>
public static class DistanceFromMa
{
    private const string Simple = "SMA";
    private const string Exponential = "EMA";

    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "distancefromma",
            Summary =
                "How many percent the value lies above or below its own moving average; comparable between markets.",
            Category = "trend",
            Parameters =
            [
                Parameter.Period(20, 1, 200),
                Parameter.Word("ma_type", "Which average: simple or exponential.", Simple, Exponential),
            ],
            TakesSource = true,
            Outputs = [new("value", -100, double.PositiveInfinity, "percent")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) =>
                Fill(
                    settings.Column(bars),
                    settings.Integer("period"),
                    settings.Choice("ma_type") == Exponential,
                    outputs[0]
                ),
        };

    /// <summary>Distance from a moving average.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>100·(x − MA) / MA</c>, MA being SMA(n) or EMA(n) of the same values.</para>
    /// <para><b>Source.</b> The "disparity index" of S. Nison, <i>Beyond Candlesticks</i> (1994).</para>
    /// <para><b>Unit and range.</b> Percent, −100 and up; NaN where the average is 0.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. NaN in the source as in the average chosen.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, bool exponential, Span<double> percent)
    {
        if (exponential)
        {
            Ema.Fill(source, period, percent);
        }
        else
        {
            Sma.Fill(source, period, percent);
        }

        for (var i = 0; i < source.Length; i++)
        {
            var average = percent[i];
            percent[i] = average == 0 ? double.NaN : 100 * ((source[i] - average) / average);
        }
    }
}
