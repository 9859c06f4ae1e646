namespace Ktrdr.Core;

/// <summary>Aroon: how lately price made its high and its low.</summary>
public static class Aroon
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "aroon",
            Summary =
                "How fresh the highest high and lowest low of the last bars are: 100 made now, 0 made n bars ago.",
            Category = "trend",
            Parameters = [Parameter.Period(14, 1, 200)],
            Outputs =
            [
                new("up", 0, 100, "points"),
                new("down", 0, 100, "points"),
                new("oscillator", -100, 100, "points"),
            ],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, settings.Integer("period"), outputs[0], outputs[1], outputs[2]),
        };

    /// <summary>Aroon.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>up = 100·(n − bars since the highest high) / n</c> over the last n + 1 bars, down likewise
    /// with the lowest low, the older of equal extremes counting; <c>oscillator = up − down</c>.</para>
    /// <para><b>Source.</b> T. S. Chande, <i>A Time Price Oscillator</i> (1995).</para>
    /// <para><b>Unit and range.</b> Index points: up and down 0 to 100, the oscillator −100 to 100.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        int period,
        Span<double> up,
        Span<double> down,
        Span<double> oscillator
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(high, low, nameof(low));
        Column.MustBeAsLong(high, oscillator, nameof(oscillator));
        SlidingWindow.Fill<SinceHighest>(high, period + 1, up);
        SlidingWindow.Fill<SinceLowest>(low, period + 1, down);
        for (var i = 0; i < high.Length; i++)
        {
            up[i] = 100 * ((period - up[i]) / period);
            down[i] = 100 * ((period - down[i]) / period);
            oscillator[i] = up[i] - down[i];
        }
    }

    private readonly record struct SinceHighest(double Value, int At) : IWindowSummary<SinceHighest>
    {
        public static SinceHighest Of(double value, int index) => new(value, index);

        // Written so that a NaN on either side wins, and so makes the window NaN.
        public static SinceHighest Join(SinceHighest older, SinceHighest newer) =>
            double.IsNaN(older.Value) || newer.Value <= older.Value ? older : newer;

        public double Result(int index) => double.IsNaN(Value) ? double.NaN : index - At;
    }

    private readonly record struct SinceLowest(double Value, int At) : IWindowSummary<SinceLowest>
    {
        public static SinceLowest Of(double value, int index) => new(value, index);

        public static SinceLowest Join(SinceLowest older, SinceLowest newer) =>
            double.IsNaN(older.Value) || newer.Value >= older.Value ? older : newer;

        public double Result(int index) => double.IsNaN(Value) ? double.NaN : index - At;
    }
}
