namespace Ktrdr.Core;

/// <summary>Moving average convergence divergence: how far a fast average has run from a slow one.</summary>
public static class Macd
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "macd",
            Summary = "The distance between a fast and a slow average, and that distance against its own average.",
            Category = "trend",
            Parameters =
            [
                Parameter.Bars("fast_period", "Bars of the fast average; fewer than the slow one's.", 12, 1, 200),
                Parameter.Bars("slow_period", "Bars of the slow average.", 26, 2, 500),
                Parameter.Bars("signal_period", "Bars over which the line is averaged into the signal.", 9, 1, 100),
            ],
            TakesSource = true,
            Outputs =
            [
                new("line", double.NegativeInfinity, double.PositiveInfinity, "price"),
                new("signal", double.NegativeInfinity, double.PositiveInfinity, "price"),
                new("histogram", double.NegativeInfinity, double.PositiveInfinity, "price"),
            ],
            WarmUp = (settings, output) =>
                Math.Max(settings.Integer("fast_period"), settings.Integer("slow_period"))
                - 1
                + (output == 0 ? 0 : settings.Integer("signal_period") - 1),
            Compute = (bars, settings, outputs) =>
                Fill(
                    settings.Column(bars),
                    settings.Integer("fast_period"),
                    settings.Integer("slow_period"),
                    settings.Integer("signal_period"),
                    outputs[0],
                    outputs[1],
                    outputs[2]
                ),
        };

    /// <summary>Moving average convergence divergence.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>line = EMA(fast) − EMA(slow)</c>; <c>signal = EMA(line)</c>, started at the mean of the
    /// line's first values; <c>histogram = line − signal</c>.</para>
    /// <para><b>Source.</b> G. Appel, <i>The Moving Average Convergence-Divergence Method</i> (1979); histogram T. Aspray (1986).</para>
    /// <para><b>Unit and range.</b> A difference of prices, without bounds; it grows with the price, so it does not compare markets.</para>
    /// <para><b>Warm-up.</b> The line: slow − 1 values; signal and histogram: slow + signal − 2.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or a period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> source,
        int fastPeriod,
        int slowPeriod,
        int signalPeriod,
        Span<double> line,
        Span<double> signal,
        Span<double> histogram
    )
    {
        Column.MustBeAsLong(source, line, nameof(line));
        Column.MustBeAsLong(source, signal, nameof(signal));
        Column.MustBeAsLong(source, histogram, nameof(histogram));
        var fast = RecursiveAverage.Exponential(fastPeriod);
        var slow = RecursiveAverage.Exponential(slowPeriod);
        var smooth = RecursiveAverage.Exponential(signalPeriod);
        for (var i = 0; i < source.Length; i++)
        {
            var distance = fast.Add(source[i]) - slow.Add(source[i]);
            var smoothed = smooth.Add(distance);
            line[i] = distance;
            signal[i] = smoothed;
            histogram[i] = distance - smoothed;
        }
    }
}
