namespace Ktrdr.Core;

/// <summary>Accumulation/distribution line: volume counted by where in its range each bar closed.</summary>
public static class AdLine
{
    private const string No = "false";
    private const string Yes = "true";

    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "adline",
            Summary =
                "A running total of volume, weighed by where each bar closed; its level depends on where it began.",
            Category = "volume",
            Parameters =
            [
                Parameter.Word("use_sma_smoothing", "Whether the line is averaged.", No, Yes),
                Parameter.Bars("smoothing_period", "Bars of that average; unused without it.", 21, 2, 500),
            ],
            NeedsVolume = true,
            Outputs =
            [
                new("line", double.NegativeInfinity, double.PositiveInfinity, "units"),
                new("mf_multiplier", -1, 1, "ratio"),
                new("mf_volume", double.NegativeInfinity, double.PositiveInfinity, "units"),
            ],
            WarmUp = (settings, output) => output == 0 ? Smoothing(settings) - 1 : 0,
            Compute = (bars, settings, outputs) =>
                Fill(
                    bars.High,
                    bars.Low,
                    bars.Close,
                    bars.Volume,
                    Smoothing(settings),
                    outputs[0],
                    outputs[1],
                    outputs[2]
                ),
        };

    /// <summary>Accumulation/distribution line.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> The running total of <c>M·V</c>, with <c>M = ((close − low) − (high − close)) / (high − low)</c>,
    /// 0 for a bar without range; then its mean over <paramref name="smoothing"/> bars, 1 leaving it as it is.</para>
    /// <para><b>Source.</b> M. Chaikin, after L. Williams (1972); S. B. Achelis, <i>Technical Analysis from A to Z</i> (1995).</para>
    /// <para><b>Unit and range.</b> line and mf_volume: units traded, without bounds, and of the line only changes mean
    /// something. mf_multiplier: a ratio, −1 to 1.</para>
    /// <para><b>Warm-up.</b> The line: smoothing − 1 values; the others: none. A bar with a NaN is NaN and leaves the total alone.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the smoothing is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        ReadOnlySpan<double> volume,
        int smoothing,
        Span<double> line,
        Span<double> multiplier,
        Span<double> flow
    )
    {
        MoneyFlow.Fill(high, low, close, volume, multiplier, flow);
        using var rented = new Rented<double>(close.Length);
        var running = rented.Span;
        var total = new RunningTotal();
        for (var i = 0; i < flow.Length; i++)
        {
            total.Add(flow[i]);
            running[i] = double.IsNaN(flow[i]) ? double.NaN : total.Value;
        }

        Sma.Fill(running, smoothing, line);
    }

    private static int Smoothing(IndicatorSettings settings) =>
        settings.Choice("use_sma_smoothing") == Yes ? settings.Integer("smoothing_period") : 1;
}
