using System.Runtime.CompilerServices;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>Indicators over 500,000 bars against the leanest recurrence there is: an EMA of one FMA a bar.</summary>
internal sealed class IndicatorRows : RowGroup
{
    private const int Alternations = 41;

    private static readonly (string Type, double AtMost)[] Wanted =
    [
        ("ema", 2.5),
        ("macd", 2.5),
        ("atr", 2.5),
        ("rsi", 2.5),
        ("adx", 8),
        ("sma", 4),
        ("bollingerbands", 4),
        ("stochastic", 4),
        ("williamsr", 4),
        ("aroon", 4),
    ];

    /// <inheritdoc/>
    public override string Name => "indicators";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        var bars = MadeUpMarket.Bars;
        var average = new double[bars.Count];
        foreach (var (type, atMost) in Wanted)
        {
            var definition = IndicatorCatalogue.All.Single(known => known.Type == type);
            var settings = definition.DefaultSettings();
            var outputs = definition.Outputs.Select(_ => new double[bars.Count]).ToArray();
            void Compute() => definition.Compute(bars, settings, outputs);
            for (var warmUp = 0; warmUp < 40; warmUp++)
            {
                Compute();
                Average(bars.Close, average);
            }

            var (ours, theirs, ratio) = Samples.Alternately(
                Alternations,
                () => ProcessorTime.Seconds(Compute),
                () => ProcessorTime.Seconds(() => Average(bars.Close, average))
            );
            var note =
                $"{ours.Median * 1e3:0.00} ms against {theirs.Median * 1e3:0.00} ms, {Allocated(Compute)} bytes allocated";
            yield return Row.AtMost($"{type} over 500,000 bars, against the EMA loop", atMost, ratio, "×", null, note);
        }
    }

    private static long Allocated(Action compute)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        compute();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Average(ReadOnlySpan<double> source, Span<double> average)
    {
        var mean = source[0];
        for (var i = 0; i < source.Length && i < average.Length; i++)
        {
            mean = Math.FusedMultiplyAdd(source[i] - mean, 2.0 / 21, mean);
            average[i] = mean;
        }
    }
}
