namespace Ktrdr.Core;

/// <summary>Momentum: how far the value has moved in n bars.</summary>
public static class Momentum
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "momentum",
            Summary = "The move over n bars in price units; for one market only, since it grows with the price.",
            Category = "momentum",
            Parameters = [Parameter.Period(10, 1, 100)],
            TakesSource = true,
            Outputs = [new("value", double.NegativeInfinity, double.PositiveInfinity, "price")],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) => Fill(settings.Column(bars), settings.Integer("period"), outputs[0]),
        };

    /// <summary>Momentum.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>x − x₋ₙ</c>.</para>
    /// <para><b>Source.</b> The difference over n bars, as in J. J. Murphy, <i>Technical Analysis of the Financial Markets</i> (1999).</para>
    /// <para><b>Unit and range.</b> That of the source, without bounds.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> momentum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(source, momentum, nameof(momentum));
        for (var i = 0; i < source.Length; i++)
        {
            momentum[i] = i < period ? double.NaN : source[i] - source[i - period];
        }
    }
}
