namespace Ktrdr.Core;

/// <summary>Volume ratio: how busy this bar is against the usual.</summary>
public static class VolumeRatio
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "volumeratio",
            Summary = "Volume against its own average: 1 is usual, 2 twice as busy; comparable between markets.",
            Category = "volume",
            Parameters = [Parameter.Period(20, 2, 100)],
            NeedsVolume = true,
            Outputs = [new("value", 0, double.PositiveInfinity, "ratio")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) => Fill(bars.Volume, settings.Integer("period"), outputs[0]),
        };

    /// <summary>Volume ratio.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>V / SMA(V, n)</c>, the current bar being one of the n.</para>
    /// <para><b>Source.</b> Relative volume, as in J. J. Murphy, <i>Technical Analysis of the Financial Markets</i> (1999).</para>
    /// <para><b>Unit and range.</b> A ratio, 0 to n; NaN where nothing was traded in the window.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> volume, int period, Span<double> ratio)
    {
        Sma.Fill(volume, period, ratio);
        for (var i = 0; i < volume.Length; i++)
        {
            ratio[i] = ratio[i] == 0 ? double.NaN : volume[i] / ratio[i];
        }
    }
}
