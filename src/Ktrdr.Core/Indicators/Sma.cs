using System.Numerics;

namespace Ktrdr.Core;

/// <summary>Simple moving average: where the last n values were, on average.</summary>
public static class Sma
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "sma",
            Summary = "The plain mean of the last n values: the level that price has kept to.",
            Category = "trend",
            Parameters = [Parameter.Period(20, 2, 500)],
            TakesSource = true,
            Outputs = [new("value", 0, double.PositiveInfinity, "price")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) => Fill(settings.Column(bars), settings.Integer("period"), outputs[0]),
        };

    /// <summary>Simple moving average.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>(x + x₋₁ + … + x₋ₙ₊₁) / n</c>.</para>
    /// <para><b>Source.</b> The arithmetic mean over a moving window; R. H. Hooker used it on prices (1901).</para>
    /// <para><b>Unit and range.</b> That of the source: a price, above 0.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> average) =>
        SlidingWindow.Fill<Mean>(source, period, average);

    private readonly record struct Mean(Sum Sum) : IWindowSummary<Mean>
    {
        public static int Parts => Sum.Parts;

        public static Mean Of(Vector<double> values) => new(Sum.Of(values));

        public static Mean Join(Mean older, Mean newer, in RunLengths lengths) =>
            new(Sum.Join(older.Sum, newer.Sum, lengths));

        public static Mean Result(Mean whole, in RunLengths lengths) => new(new Sum(whole.Sum.Value / lengths.Both));

        public static Mean Load(ref double from, nuint apart) => new(Sum.Load(ref from, apart));

        public void Store(ref double to, nuint apart) => Sum.Store(ref to, apart);
    }
}
