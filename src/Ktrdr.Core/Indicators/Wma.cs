using System.Numerics;

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

    private readonly record struct Weighted(Vector<double> Rising, Vector<double> Total) : IWindowSummary<Weighted>
    {
        public static int Parts => 2;

        public static Weighted Of(Vector<double> values) => new(values, values);

        // The newer run's weights each rise by the length of the older run before it.
        public static Weighted Join(Weighted older, Weighted newer, in RunLengths lengths) =>
            new(older.Rising + newer.Rising + (lengths.Older * newer.Total), older.Total + newer.Total);

        public static Weighted Result(Weighted whole, in RunLengths lengths) =>
            whole with
            {
                Rising = whole.Rising / (lengths.Both * (lengths.Both + Vector<double>.One) / new Vector<double>(2)),
            };

        public static Weighted Load(ref double from, nuint apart) =>
            new(Vector.LoadUnsafe(ref from), Vector.LoadUnsafe(ref from, apart));

        public void Store(ref double to, nuint apart)
        {
            Rising.StoreUnsafe(ref to);
            Total.StoreUnsafe(ref to, apart);
        }
    }
}
