namespace Ktrdr.Core;

/// <summary>Average true range: how far price usually moves in a bar.</summary>
public static class Atr
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "atr",
            Summary = "How far price usually moves within a bar, jumps included; for one market only.",
            Category = "volatility",
            Parameters = [Parameter.Period(14, 1, 100)],
            Outputs = [new("value", 0, double.PositiveInfinity, "price")],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, bars.Close, settings.Integer("period"), outputs[0]),
        };

    /// <summary>Average true range.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>TR = max(high − low, |high − close₋₁|, |low − close₋₁|)</c>, from the second bar on; the mean
    /// of the first n, then <c>atr += (TR − atr) / n</c>.</para>
    /// <para><b>Source.</b> J. W. Wilder, <i>New Concepts in Technical Trading Systems</i> (1978).</para>
    /// <para><b>Unit and range.</b> Price units, 0 and up.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN: n true ranges need n + 1 bars. A NaN is passed over.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int period,
        Span<double> atr
    )
    {
        Column.MustBeAsLong(close, high, nameof(high));
        Column.MustBeAsLong(close, low, nameof(low));
        Column.MustBeAsLong(close, atr, nameof(atr));
        var average = RecursiveAverage.Wilder(period);
        for (var i = 0; i < close.Length; i++)
        {
            atr[i] = average.Add(TrueRange.At(high, low, close, i));
        }
    }
}
