namespace Ktrdr.Core;

/// <summary>Chaikin money flow: whether volume came with closes near the high or near the low.</summary>
public static class Cmf
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "cmf",
            Summary =
                "Whether bars of large volume closed near their highs (towards 1) or near their lows (towards −1).",
            Category = "volume",
            Parameters = [Parameter.Period(21, 2, 500)],
            NeedsVolume = true,
            Outputs =
            [
                new("cmf", -1, 1, "ratio"),
                new("mf_multiplier", -1, 1, "ratio"),
                new("mf_volume", double.NegativeInfinity, double.PositiveInfinity, "units"),
            ],
            WarmUp = (settings, output) => output == 0 ? settings.Integer("period") - 1 : 0,
            Compute = (bars, settings, outputs) =>
                Fill(
                    bars.High,
                    bars.Low,
                    bars.Close,
                    bars.Volume,
                    settings.Integer("period"),
                    outputs[0],
                    outputs[1],
                    outputs[2]
                ),
        };

    /// <summary>Chaikin money flow.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>Σ(M·V) / ΣV</c> over n bars, with <c>M = ((close − low) − (high − close)) / (high − low)</c>,
    /// 0 for a bar without range.</para>
    /// <para><b>Source.</b> M. Chaikin, in the early 1980s; S. B. Achelis, <i>Technical Analysis from A to Z</i> (1995).</para>
    /// <para><b>Unit and range.</b> cmf and mf_multiplier: ratios, −1 to 1; cmf is NaN where nothing was traded.
    /// mf_volume: units traded, without bounds.</para>
    /// <para><b>Warm-up.</b> cmf: n − 1 values; the others: none. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        ReadOnlySpan<double> volume,
        int period,
        Span<double> cmf,
        Span<double> multiplier,
        Span<double> flow
    )
    {
        MoneyFlow.Fill(high, low, close, volume, multiplier, flow);
        using var rented = new Rented<double>(close.Length);
        var traded = rented.Span;
        SlidingWindow.Fill<Sum>(flow, period, cmf);
        SlidingWindow.Fill<Sum>(volume, period, traded);
        for (var i = 0; i < close.Length; i++)
        {
            cmf[i] = traded[i] == 0 ? double.NaN : cmf[i] / traded[i];
        }
    }
}
