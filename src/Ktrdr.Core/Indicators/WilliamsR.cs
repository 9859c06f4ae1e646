namespace Ktrdr.Core;

/// <summary>Williams %R: how far the close lies below the top of the recent range.</summary>
public static class WilliamsR
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "williamsr",
            Summary =
                "How far the close lies below the highest high: 0 at the top of the recent range, −100 at its foot.",
            Category = "momentum",
            Parameters = [Parameter.Period(14, 1, 100)],
            Outputs = [new("value", -100, 0, "points")],
            WarmUp = (settings, _) => settings.Integer("period") - 1,
            Compute = (bars, settings, outputs) =>
                Fill(bars.High, bars.Low, bars.Close, settings.Integer("period"), outputs[0]),
        };

    /// <summary>Williams %R.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>−100·(HH − close) / (HH − LL)</c>, HH and LL being the highest high and lowest low of n bars.</para>
    /// <para><b>Source.</b> L. R. Williams, <i>How I Made One Million Dollars Last Year Trading Commodities</i> (1973).</para>
    /// <para><b>Unit and range.</b> Index points, −100 to 0; −50 where the window has no range.</para>
    /// <para><b>Warm-up.</b> The first n − 1 values are NaN. A NaN in the window makes the value NaN.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int period,
        Span<double> percent
    )
    {
        Column.MustBeAsLong(high, close, nameof(close));
        using var rented = new Rented<double>(close.Length);
        var lowest = rented.Span;
        SlidingExtremes.Highest(high, period, percent);
        SlidingExtremes.Lowest(low, period, lowest);
        RecentRange.Fill(close, percent, percent, lowest, -50, percent);
    }
}
