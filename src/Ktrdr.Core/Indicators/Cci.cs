namespace Ktrdr.Core;

/// <summary>Commodity channel index: how unusual the price is against its own recent scatter.</summary>
public static class Cci
{
    private const double LambertsConstant = 0.015;

    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "cci",
            Summary =
                "Distance of the typical price from its mean, in units of its usual distance; mostly within ±100.",
            Category = "momentum",
            Parameters = [Parameter.Period(20, 2, 100)],
            Outputs = [new("value", double.NegativeInfinity, double.PositiveInfinity, "points")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, bars.Close, settings.Integer("period"), outputs[0]),
        };

    /// <summary>Commodity channel index.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>(TP − M) / (0.015·D)</c>, with <c>TP = (high + low + close)/3</c>, M its mean over n bars and
    /// D the mean of <c>|TP − M|</c> over the same bars.</para>
    /// <para><b>Source.</b> D. R. Lambert, <i>Commodity Channel Index</i> (1980).</para>
    /// <para><b>Unit and range.</b> Index points, without bounds; about three in four lie within ±100. NaN where the
    /// typical price did not move, since distance has no unit there.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int period,
        Span<double> cci
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(close, cci, nameof(cci));
        using var rented = new Rented<double>(close.Length);
        var typical = rented.Span;
        TypicalPrice.Fill(high, low, close, typical);
        for (var i = 0; i < close.Length; i++)
        {
            cci[i] = i < period - 1 ? double.NaN : Last(typical.Slice(i - period + 1, period));
        }
    }

    private static double Last(ReadOnlySpan<double> window)
    {
        // Counted from the newest price, so that a window that never moved has a distance of exactly 0.
        var newest = window[^1];
        var sum = 0.0;
        foreach (var price in window)
        {
            sum += price - newest;
        }

        var mean = sum / window.Length;
        var distance = 0.0;
        foreach (var price in window)
        {
            distance += Math.Abs(price - newest - mean);
        }

        return distance == 0 ? double.NaN : -mean / (LambertsConstant * (distance / window.Length));
    }
}
