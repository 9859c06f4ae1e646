namespace Ktrdr.Core;

/// <summary>Weighted moving average: a mean whose weights rise by one from the oldest value to the newest.</summary>
public static class Wma
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "wma",
            Summary =
                "A mean of the last n values that counts the newest n times, the one before n − 1 times, and so on.",
            Category = "trend",
            Parameters = [Parameter.Period(20, 2, 500)],
            TakesSource = true,
            Outputs = [new("value", 0, double.PositiveInfinity, "price")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) => Fill(settings.Column(bars), settings.Integer("period"), outputs[0]),
        };

    /// <summary>Weighted moving average.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>(n·x + (n − 1)·x₋₁ + … + 1·x₋ₙ₊₁) / (n(n + 1)/2)</c>.</para>
    /// <para><b>Source.</b> Linear weights, as in J. J. Murphy, <i>Technical Analysis of the Financial Markets</i> (1999).</para>
    /// <para><b>Unit and range.</b> That of the source: a price, above 0.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> average) =>
        SlidingWindow.Fill<Weighted>(source, period, average);

    private readonly record struct Weighted(int Count, double Total, double Rising) : IWindowSummary<Weighted>
    {
        public static Weighted Of(double value, int index) => new(1, value, value);

        // The newer run's weights each rise by the length of the older run before it.
        public static Weighted Join(Weighted older, Weighted newer) =>
            new(
                older.Count + newer.Count,
                older.Total + newer.Total,
                older.Rising + newer.Rising + (older.Count * newer.Total)
            );

        public double Result(int index) => Rising / (Count * (Count + 1.0) / 2);
    }
}
