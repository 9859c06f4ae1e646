namespace Ktrdr.Core;

/// <summary>Exponential moving average: a level that trusts the newest values most.</summary>
public static class Ema
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "ema",
            Summary = "A mean in which each older value counts less: it follows price sooner than the simple one.",
            Category = "trend",
            Parameters = [Parameter.Period(20, 1, 500)],
            TakesSource = true,
            Outputs = [new("value", 0, double.PositiveInfinity, "price")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) => Fill(settings.Column(bars), settings.Integer("period"), outputs[0]),
        };

    /// <summary>Exponential moving average.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>e += α·(x − e)</c> with <c>α = 2/(n + 1)</c>, started at the mean of the first n values.</para>
    /// <para><b>Source.</b> R. G. Brown, <i>Exponential Smoothing for Predicting Demand</i> (1956); on prices, P. N. Haurlan (1968).</para>
    /// <para><b>Unit and range.</b> That of the source: a price, above 0.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN, counted from the first value of the source that is not NaN;
    /// a NaN further on is passed over.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> average)
    {
        Column.MustBeAsLong(source, average, nameof(average));
        var mean = RecursiveAverage.Exponential(period);
        for (var i = 0; i < source.Length; i++)
        {
            average[i] = mean.Add(source[i]);
        }
    }
}
