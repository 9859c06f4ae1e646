namespace Ktrdr.Core;

/// <summary>Width of the Bollinger bands against their middle: how lively the market is, whatever its price.</summary>
public static class BollingerBandWidth
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "bollingerbandwidth",
            Summary = "The distance between the Bollinger bands as a part of the mean; comparable between markets.",
            Category = "volatility",
            Parameters = BollingerBands.Definition.Parameters,
            TakesSource = true,
            Outputs = [new("value", 0, double.PositiveInfinity, "ratio")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) =>
                Fill(settings.Column(bars), settings.Integer("period"), settings.Number("multiplier"), outputs[0]),
        };

    /// <summary>Bollinger band width.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>(upper − lower) / middle</c>, which is <c>2·m·σ / SMA(n)</c>.</para>
    /// <para><b>Source.</b> J. Bollinger, <i>Bollinger on Bollinger Bands</i> (2001).</para>
    /// <para><b>Unit and range.</b> A ratio, 0 (flat) and up; 0.04 is four percent of the price. NaN where the mean is 0.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, double multiplier, Span<double> width)
    {
        using var rented = new Rented<double>(source.Length);
        var middle = rented.Span;
        StandardDeviation.Fill(source, period, middle, width);
        for (var i = 0; i < source.Length; i++)
        {
            width[i] = middle[i] == 0 ? double.NaN : 2 * multiplier * width[i] / middle[i];
        }
    }
}
