using Ktrdr.Core;

namespace Ktrdr.Research.Tests;

/// <summary>Small strategies for the sample market, quick to train.</summary>
internal static class Drafts
{
    /// <summary>An RSI over some bars, read as low, middle and high.</summary>
    public static StrategyDocument Rsi(string name, int period) => Of(name, [Use("rsi", period, [0, 50, 100])]);

    /// <summary>An indicator of the catalogue with three sets around three values.</summary>
    public static (StrategyIndicator Indicator, FuzzySet Set) Use(string type, int period, double[] peaks)
    {
        var definition = IndicatorCatalogue.Find(type)!;
        var settings = definition.SettingsFrom(
            new Dictionary<string, double> { [definition.Parameters[0].Name] = period },
            new Dictionary<string, string>()
        );
        var id = $"{type}_{period}";
        var (low, middle, high) = (peaks[0], peaks[1], peaks[2]);
        return (
            new StrategyIndicator(id, definition, settings),
            new FuzzySet(
                $"{id}_zone",
                new IndicatorReference(id, definition.Outputs[0].Name, 0),
                [
                    new Membership("low", new MembershipFunction.Triangular(low, low, middle)),
                    new Membership("mid", new MembershipFunction.Triangular(low, middle, high)),
                    new Membership("high", new MembershipFunction.Triangular(middle, high, high)),
                ]
            )
        );
    }

    public static StrategyDocument Of(string name, (StrategyIndicator Indicator, FuzzySet Set)[] uses) =>
        new()
        {
            Name = name,
            Hypothesis = "What ran far comes back.",
            Data = new TrainingData
            {
                Symbol = SampleMarket.Symbol,
                Timeframes = [Timeframe.H1],
                BaseTimeframe = Timeframe.H1,
            },
            Indicators = [.. uses.Select(use => use.Indicator)],
            FuzzySets = [.. uses.Select(use => use.Set)],
            Inputs = [.. uses.Select(use => new NetworkInput.Fuzzy(use.Set.Id, [Timeframe.H1]))],
            Model = new NetworkDesign { HiddenLayers = [8], Dropout = 0 },
            Decisions = new DecisionRules { ConfidenceThreshold = 0.4, AllowShortFromFlat = true },
            Exits = new ExitRules { Kind = ExitKind.Barriers, MaxBars = 30 },
            Training = new TrainingDesign
            {
                Labels = new LabelRules.TripleBarrier(2, 1.5, 30, 50, BarrierVolatility.Atr),
                Epochs = 1,
                BatchSize = 64,
            },
        };
}
