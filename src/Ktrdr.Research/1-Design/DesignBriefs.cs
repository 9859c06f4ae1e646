using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>Makes what a designer is given: the markets on hand and what was tried on them.</summary>
internal sealed class DesignBriefs(IBarSource bars, IOperations operations)
{
    private readonly Experiments _experiments = new(operations);

    /// <summary>The brief of a design, from what is on hand now.</summary>
    public async Task<DesignBrief> MakeAsync(DesignOrder order, CancellationToken cancellationToken)
    {
        var datasets = await bars.ListAsync(cancellationToken);
        var markets = Markets.Matching(datasets, order.Symbol, order.Timeframe).Select(OnHand).ToList();
        var earlier = await _experiments.NewestAsync(cancellationToken);
        if (order.Provider == Providers.Anthropic)
        {
            // Reading bars takes time, which the built-in designer spends on its own market only.
            for (var market = 0; market < markets.Count; market++)
            {
                markets[market] = await MeasuredAsync(markets[market], cancellationToken);
            }

            earlier = RelevantFirst(earlier, markets, datasets);
        }

        return new DesignBrief
        {
            Seed = order.Seed,
            Model = order.Model,
            Named = order.Named,
            Wish = order.Brief,
            Markets = markets,
            Earlier = earlier,
        };
    }

    /// <summary>What a design of this brief may not repeat. The cycle that asks is live and so has no part in it.</summary>
    public async Task<Repetition> RepetitionAsync(DesignBrief brief, CancellationToken cancellationToken) =>
        new([.. brief.Earlier, .. await _experiments.LedgerAsync(cancellationToken)]);

    private static MarketOnHand OnHand(DatasetSummary dataset) =>
        new()
        {
            Symbol = dataset.Symbol,
            Timeframe = dataset.Timeframe.Name,
            Kind = dataset.Kind,
            Synthetic = dataset.Synthetic,
            HasSpread = dataset.HasSpread,
            HasVolume = dataset.HasVolume,
            LearningBars = dataset.LearningBars,
            Start = dataset.Start,
            End = DateTimeOffset.FromUnixTimeSeconds(dataset.Borders.LearningEnd),
        };

    private async Task<MarketOnHand> MeasuredAsync(MarketOnHand market, CancellationToken cancellationToken)
    {
        var timeframe = Timeframe.Parse(market.Timeframe);
        var window = await bars.ReadAsync(market.Symbol, timeframe, [timeframe], Window.Learning, cancellationToken);
        return market with { Spread = RelativeSpread(window.Base), Volatility = Volatility(window.Base) };
    }

    private static double RelativeSpread(Bars bars)
    {
        if (!bars.HasSpread)
        {
            return double.NaN;
        }

        var relative = new double[bars.Count];
        for (var bar = 0; bar < relative.Length; bar++)
        {
            relative[bar] = bars.Spread[bar] / bars.Close[bar];
        }

        return Spreads.Median(relative);
    }

    private static double Volatility(Bars bars)
    {
        var returns = new double[Math.Max(bars.Count - 1, 0)];
        for (var bar = 0; bar < returns.Length; bar++)
        {
            returns[bar] = Math.Log(bars.Close[bar + 1] / bars.Close[bar]);
        }

        if (returns.Length == 0)
        {
            return double.NaN;
        }

        var mean = returns.Average();
        return Math.Sqrt(returns.Average(change => (change - mean) * (change - mean)));
    }

    /// <summary>The markets that may be chosen first, then markets of their kind, then the rest; newest first within each.</summary>
    internal static List<Experiment> RelevantFirst(
        IReadOnlyList<Experiment> earlier,
        IReadOnlyList<MarketOnHand> markets,
        IReadOnlyList<DatasetSummary> datasets
    )
    {
        var symbols = markets.Select(market => market.Symbol).ToHashSet(StringComparer.Ordinal);
        var kinds = markets.Select(market => market.Kind).ToHashSet();
        var alike = datasets
            .Where(dataset => kinds.Contains(dataset.Kind))
            .Select(dataset => dataset.Symbol)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. earlier.OrderBy(experiment =>
                symbols.Contains(experiment.Symbol) ? 0
                : alike.Contains(experiment.Symbol) ? 1
                : 2
            ),
        ];
    }
}
