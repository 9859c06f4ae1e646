namespace Ktrdr.Core;

/// <summary>Relative strength index: how one-sided recent changes have been.</summary>
public static class Rsi
{
    /// <summary>What the catalogue knows of it.</summary>
    public static IndicatorDefinition Definition { get; } =
        new()
        {
            Type = "rsi",
            Summary = "How much of the recent movement was upward: near 100 only rises, near 0 only falls.",
            Category = "momentum",
            Parameters = [Parameter.Period(14, 2, 100)],
            TakesSource = true,
            Outputs = [new("value", 0, 100, "points")],
            WarmUp = (settings, _) => settings.Integer("period"),
            Compute = (bars, settings, outputs) => Fill(settings.Column(bars), settings.Integer("period"), outputs[0]),
        };

    /// <summary>Relative strength index.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> <c>100·G / (G + L)</c>, G and L being Wilder averages of rises and falls: the mean of the
    /// first n, then <c>avg += (x − avg) / n</c>.</para>
    /// <para><b>Source.</b> J. W. Wilder, <i>New Concepts in Technical Trading Systems</i> (1978).</para>
    /// <para><b>Unit and range.</b> Index points, 0 to 100; where nothing ever moved it is 50.</para>
    /// <para><b>Warm-up.</b> The first n values are NaN: n changes need n + 1 values. A NaN is passed over, with the change
    /// into it and the change out of it.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The columns differ in length, or the period is below 1.</exception>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> rsi)
    {
        Column.MustBeAsLong(source, rsi, nameof(rsi));
        var rises = RecursiveAverage.Wilder(period);
        var falls = RecursiveAverage.Wilder(period);
        for (var i = 0; i < source.Length; i++)
        {
            var change = i == 0 ? double.NaN : source[i] - source[i - 1];
            var gain = rises.Add(Math.Max(change, 0));
            var loss = falls.Add(Math.Max(-change, 0));
            rsi[i] = gain + loss == 0 ? 50 : 100 * (gain / (gain + loss));
        }
    }
}
