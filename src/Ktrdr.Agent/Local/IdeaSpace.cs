using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>The ideas that the built-in designer can have about a market: sensible families first.</summary>
/// <remarks>Bounded oscillators and ratios, whose values mean the same in every market; one to three of them; small
/// networks; mostly triple-barrier labels traded by their own barriers. Wide barriers suit markets whose spread is a large
/// part of a bar's range, because a trade pays the spread once however long it lasts.</remarks>
internal sealed class IdeaSpace(MarketOnHand market)
{
    /// <summary>Catalogue type and output, the periods tried, and how much more often than others it is drawn.</summary>
    private static readonly (string Type, string Output, int[] Periods, int Weight)[] s_columns =
    [
        ("rsi", "value", [5, 9, 14, 21, 34], 4),
        ("stochastic", "k", [9, 14, 21, 34], 3),
        ("williamsr", "value", [10, 14, 28], 2),
        ("adx", "adx", [10, 14, 28], 2),
        ("aroon", "oscillator", [14, 25, 50], 2),
        ("distancefromma", "value", [10, 20, 50, 100], 3),
        ("roc", "value", [5, 10, 24, 48], 2),
        ("cci", "value", [14, 20, 40], 2),
        ("bollingerbandwidth", "value", [20, 50], 1),
        ("mfi", "value", [14, 28], 2),
        ("cmf", "cmf", [21, 42], 1),
        ("volumeratio", "value", [20, 50], 1),
    ];

    private static readonly int[][] s_hidden =
    [
        [8],
        [16],
        [16, 8],
        [32, 16],
    ];

    /// <summary>Draws one idea.</summary>
    public Idea Draw(Random chance)
    {
        var count = 1 + chance.Next(3);
        var columns = new List<IdeaColumn>(count);
        while (columns.Count < count)
        {
            var column = DrawColumn(chance);
            if (columns.TrueForAll(drawn => drawn.Definition.Type != column.Definition.Type))
            {
                columns.Add(column);
            }
        }

        var zigzag = chance.Next(8) == 0;
        return new Idea(
            columns,
            zigzag ? ZigZag(chance) : Barriers(chance),
            Pick(chance, s_hidden),
            Epochs: Pick(chance, [8, 12, 20]),
            AllowShort: market.Kind is not InstrumentKind.Equity && chance.Next(3) > 0,
            ActingShare: Pick(chance, [0.3, 0.5, 0.8])
        );
    }

    private IdeaColumn DrawColumn(Random chance)
    {
        var open = s_columns
            .Select(column => (column, Definition: IndicatorCatalogue.Find(column.Type)!))
            .Where(entry => market.HasVolume || !entry.Definition.NeedsVolume)
            .ToList();
        var draw = chance.Next(open.Sum(entry => entry.column.Weight));
        foreach (var (column, definition) in open)
        {
            draw -= column.Weight;
            if (draw < 0)
            {
                var output = definition.Outputs.TakeWhile(candidate => candidate.Name != column.Output).Count();
                return new IdeaColumn(definition, output, Pick(chance, column.Periods));
            }
        }

        throw new InvalidOperationException("The weights of the columns do not add up.");
    }

    /// <summary>Barriers in units of the average range, wider where there is a spread to pay for.</summary>
    /// <remarks>A walk needs about 2.5·distance² bars to leave them; four to six times as long leaves hardly a bar without a
    /// touch, and so hardly a HOLD, which two probabilities are then not spent on.</remarks>
    private LabelRules.TripleBarrier Barriers(Random chance)
    {
        var profit = Pick<double>(chance, market.HasSpread ? [2, 3, 4, 6] : [1, 1.5, 2, 3, 4]);
        var ratio = Pick(chance, [1.0, 1.0, 1.25, 1.5]);
        var bars = (int)Math.Round(profit * profit * Pick(chance, [10.0, 16.0]));
        return new LabelRules.TripleBarrier(profit, profit * ratio, Math.Max(8, bars), 50, BarrierVolatility.Atr);
    }

    /// <summary>About 1.5 % on hourly forex; a longer bar or a livelier market moves further.</summary>
    private LabelRules.ZigZag ZigZag(Random chance)
    {
        var scale = Timeframe.Parse(market.Timeframe).Seconds >= Timeframe.D1.Seconds ? 4 : 1;
        return new LabelRules.ZigZag(scale * Pick(chance, [0.01, 0.015, 0.02]), Lookahead: 20);
    }

    private static T Pick<T>(Random chance, IReadOnlyList<T> choices) => choices[chance.Next(choices.Count)];
}
