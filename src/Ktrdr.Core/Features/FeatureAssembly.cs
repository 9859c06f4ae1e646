namespace Ktrdr.Core;

/// <summary>Turns a strategy's indicators and fuzzy sets, over a market's bars, into the network's input.</summary>
/// <remarks>
/// The same computation serves training and backtest. Indicators run on each timeframe's own bars; a value of another
/// timeframe is used at base bar t only if its bar has closed by the close of t, the latest such bar, backward only.
/// </remarks>
public static class FeatureAssembly
{
    private const int RowsAtATime = 256;
    private const int FewestCommonBars = 50;
    private const long ShortestCommonSpan = 7 * 86_400L;

    /// <summary>The features of every base bar of a window; raw ones not scaled yet.</summary>
    /// <exception cref="FeatureException">A timeframe is missing, or two timeframes have too little time in common.</exception>
    public static FeatureMatrix Build(StrategyDocument strategy, MarketWindow market)
    {
        var plan = FeaturePlan.From(strategy).Features;
        var baseBars = SeriesOf(market, strategy.Data.BaseTimeframe);
        var columns = new FeatureColumn[plan.Count];
        var raw = new double[]?[plan.Count];
        var sources = new Source[plan.Count];
        var uses = plan.Select((feature, column) => (feature, column)).GroupBy(use => use.feature.Timeframe);
        foreach (var use in uses)
        {
            var bars = SeriesOf(market, use.Key);
            RequireOverlap(baseBars, bars);
            var known = bars == baseBars ? null : LatestClosed(baseBars, bars);
            var computed = new Dictionary<string, double[][]>();
            foreach (var (feature, column) in use)
            {
                var outputs = Compute(strategy, feature.Indicator.IndicatorId, bars, computed);
                var output = outputs[feature.Indicator.OutputIndex];
                columns[column] = new FeatureColumn(feature.Name, feature.Normalization, 0, 1);
                if (feature.Function is null)
                {
                    raw[column] = output = known is null ? output : Align(output, known);
                }

                sources[column] = new Source(output, feature.Function, feature.Function is null ? null : known);
            }
        }

        var values = GC.AllocateUninitializedArray<float>(baseBars.Count * plan.Count); // every cell is written
        Fill(values, sources, baseBars.Count);
        return new FeatureMatrix(columns, values, raw, strategy.Data.HistoryRequired);
    }

    // Block by block, so that the rows written to stay in the processor's nearest memory until all their columns are in.
    private static void Fill(float[] values, Source[] sources, int rows)
    {
        Span<float> cells = stackalloc float[RowsAtATime];
        for (var start = 0; start < rows; start += RowsAtATime)
        {
            var count = Math.Min(RowsAtATime, rows - start);
            for (var column = 0; column < sources.Length; column++)
            {
                sources[column].Fill(start, cells[..count]);
                var at = (start * sources.Length) + column;
                foreach (var cell in cells[..count])
                {
                    values[at] = cell;
                    at += sources.Length;
                }
            }
        }
    }

    /// <summary>Where a column comes from.</summary>
    /// <param name="Values">What an indicator said of each bar of its timeframe.</param>
    /// <param name="Function">What becomes of it; null for nothing.</param>
    /// <param name="Known">For each base bar the bar whose value it knows, −1 for none; null for its own.</param>
    private readonly record struct Source(double[] Values, MembershipFunction? Function, int[]? Known)
    {
        /// <summary>The column's cells from a base bar on.</summary>
        public void Fill(int start, Span<float> cells)
        {
            Span<double> values = stackalloc double[Known is null ? 0 : cells.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Known![start + i] < 0 ? double.NaN : Values[Known[start + i]];
            }

            ReadOnlySpan<double> source = Known is null ? Values.AsSpan(start, cells.Length) : values;
            if (Function is not null)
            {
                Function.Fill(source, cells);
                return;
            }

            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = (float)source[i];
            }
        }
    }

    /// <summary>For each base bar the latest bar of another series that had closed when it closed; −1 before the first.</summary>
    internal static int[] LatestClosed(Bars baseBars, Bars bars)
    {
        var latest = new int[baseBars.Count];
        var at = -1;
        for (var bar = 0; bar < latest.Length; bar++)
        {
            var close = baseBars.CloseTime(bar);
            while (at + 1 < bars.Count && bars.CloseTime(at + 1) <= close)
            {
                at++;
            }

            latest[bar] = at;
        }

        return latest;
    }

    private static Bars SeriesOf(MarketWindow market, Timeframe timeframe) =>
        market.Series.TryGetValue(timeframe, out var bars)
            ? bars
            : throw new FeatureException(
                $"{market.Symbol} has no {timeframe} bars on hand; there are {string.Join(", ", market.Series.Keys.Order())}."
            );

    private static void RequireOverlap(Bars baseBars, Bars bars)
    {
        if (bars.Timeframe == baseBars.Timeframe)
        {
            return;
        }

        var (common, span) = (0, 0L);
        if (baseBars.Count > 0 && bars.Count > 0)
        {
            var from = Math.Max(baseBars.Times[0], bars.Times[0]);
            var to = Math.Min(baseBars.CloseTime(baseBars.Count - 1), bars.CloseTime(bars.Count - 1));
            common = Math.Max(baseBars.IndexFrom(to) - baseBars.IndexFrom(from), 0);
            span = Math.Max(to - from, 0);
        }

        if (common < FewestCommonBars || span < ShortestCommonSpan)
        {
            throw new FeatureException(
                $"{baseBars.Timeframe} and {bars.Timeframe} bars have {common} bars and {span / 86_400.0:0.##} days in common; "
                    + $"features need at least {FewestCommonBars} bars and {ShortestCommonSpan / 86_400} days. Import a longer history."
            );
        }
    }

    // Two ids may name the same indicator with the same parameters: it is computed once.
    private static double[][] Compute(
        StrategyDocument strategy,
        string id,
        Bars bars,
        Dictionary<string, double[][]> computed
    )
    {
        var (_, definition, settings) = strategy.Indicators.First(indicator => indicator.Id == id);
        var numbers = definition.Parameters.Select(parameter =>
            parameter.Kind is ParameterKind.Choice
                ? settings.Choice(parameter.Name)
                : settings.Number(parameter.Name).ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        );
        var key = $"{definition.Type} {settings.Source} {string.Join(' ', numbers)}";
        if (!computed.TryGetValue(key, out var outputs))
        {
            computed[key] = outputs = definition.Over(bars, settings);
        }

        return outputs;
    }

    private static double[] Align(double[] source, int[] known)
    {
        var aligned = new double[known.Length];
        for (var bar = 0; bar < aligned.Length; bar++)
        {
            aligned[bar] = known[bar] < 0 ? double.NaN : source[known[bar]];
        }

        return aligned;
    }
}
