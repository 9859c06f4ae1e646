namespace Ktrdr.Core;

/// <summary>On-balance volume: volume counted for the rises and against the falls.</summary>
public static class Obv
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "obv",
            Summary =
                "A running total of volume, added on rises and taken off on falls; its level depends on where it began.",
            Category = "volume",
            NeedsVolume = true,
            Outputs = [new("value", double.NegativeInfinity, double.PositiveInfinity, "units")],
            WarmUp = (_, _) => 0,
            Compute = (bars, _, outputs) => Fill(bars.Close, bars.Volume, outputs[0]),
        };

    /// <summary>On-balance volume.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> 0 at the first bar; then plus the volume when the close rose, minus it when the close fell.</para>
    /// <para><b>Source.</b> J. E. Granville, <i>Granville's New Key to Stock Market Profits</i> (1963).</para>
    /// <para><b>Unit and range.</b> Units traded, without bounds. Only its changes mean something: the level counts from
    /// the first bar given.</para>
    /// <para><b>Warm-up.</b> None. A bar whose close or volume is NaN is NaN and leaves the total alone.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    public static void Fill(ReadOnlySpan<double> close, ReadOnlySpan<double> volume, Span<double> obv)
    {
        Column.MustBeAsLong(close, volume, nameof(volume));
        Column.MustBeAsLong(close, obv, nameof(obv));
        var total = new RunningTotal();
        for (var i = 0; i < close.Length; i++)
        {
            if (i > 0 && close[i] > close[i - 1])
            {
                total.Add(volume[i]);
            }
            else if (i > 0 && close[i] < close[i - 1])
            {
                total.Add(-volume[i]);
            }

            obv[i] = double.IsNaN(close[i] + volume[i]) ? double.NaN : total.Value;
        }
    }
}
