namespace Ktrdr.Core;

/// <summary>Rate of change: how many percent the value has moved in n bars.</summary>
public static class Roc
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "roc",
            Summary = "The move over n bars in percent of where it began; comparable between markets.",
            Category = "momentum",
            Parameters = [Parameter.Period(10, 1, 100)],
            TakesSource = true,
            Outputs = [new("value", -100, double.PositiveInfinity, "percent")],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) => Fill(settings.Column(bars), settings.Integer("period"), outputs[0]),
        };

    /// <summary>Rate of change.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>100·(x − x₋ₙ) / x₋ₙ</c>.</para>
    /// <para><b>Source.</b> The relative difference over n bars, as in J. J. Murphy, <i>Technical Analysis of the Financial Markets</i> (1999).</para>
    /// <para><b>Unit and range.</b> Percent, −100 and up; NaN where the earlier value is 0.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(source, percent, nameof(percent));
        for (var i = 0; i < source.Length; i++)
        {
            var earlier = i < period ? 0 : source[i - period];
            percent[i] = earlier == 0 ? double.NaN : 100 * ((source[i] - earlier) / earlier);
        }
    }
}
