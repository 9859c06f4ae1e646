using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

/// <summary>Draws strategies that obey every rule, from all over the format.</summary>
internal static class RandomStrategy
{
    private const string Letters = "abc \"'\\:#{}[]&*!%@`,\n\t-?|>éß漢\u2028~0.";

    public static StrategyDocument Draw(Seed seed)
    {
        var random = seed.For("strategy");
        var timeframes = Timeframe.All.ToArray();
        random.Shuffle(timeframes);
        timeframes = timeframes[..random.Next(1, 4)];
        var indicators = IndicatorCatalogue
            .All.Where(_ => random.Next(4) == 0)
            .Append(IndicatorCatalogue.Find("rsi")!)
            .Select((definition, at) => new StrategyIndicator($"i{at}", definition, Settings(definition, random)))
            .ToArray();
        var sets = indicators.Select((indicator, at) => Set($"s{at}", indicator, random)).ToArray();
        var raws = indicators.Where(_ => random.Next(3) == 0).Select(indicator => Reference(indicator, random));
        var barriers = random.Next(2) == 0;
        return new StrategyDocument
        {
            Name = $"drawn_{random.Next(1000)}",
            Description = Text(random),
            Hypothesis = Text(random),
            Version = random.Next(2) == 0 ? "3.0" : "3.1",
            Tags = [.. Enumerable.Range(0, random.Next(3)).Select(_ => "t" + Text(random))],
            Data = new TrainingData
            {
                Symbol = random.Next(2) == 0 ? "EURUSD" : "NULL",
                Timeframes = timeframes,
                BaseTimeframe = timeframes[random.Next(timeframes.Length)],
                HistoryRequired = random.Next(50, 500),
                Start = random.Next(2) == 0 ? null : new DateOnly(2010, 2, random.Next(1, 28)),
                End = random.Next(2) == 0 ? null : new DateOnly(2020, 2, random.Next(1, 28)),
            },
            Indicators = indicators,
            FuzzySets = sets,
            Inputs =
            [
                .. sets.Select(set => new NetworkInput.Fuzzy(
                    set.Id,
                    timeframes[..random.Next(1, timeframes.Length + 1)]
                )),
                .. raws.Select(raw => new NetworkInput.Raw(raw, timeframes, (Normalization)random.Next(3))),
            ],
            Model = new NetworkDesign
            {
                HiddenLayers = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 65))],
                Activation = (Activation)random.Next(4),
                Dropout = random.NextDouble(),
            },
            Decisions = new DecisionRules
            {
                ConfidenceThreshold = random.NextDouble(),
                PositionAwareness = random.Next(2) == 0,
                AllowShortFromFlat = random.Next(2) == 0,
                MinimumSignalSeparation = random.NextDouble() * 10,
                VolumeFilter = random.Next(2) == 0,
            },
            Exits = Exits(random),
            Training = new TrainingDesign
            {
                Labels = barriers
                    ? new LabelRules.TripleBarrier(
                        1 + random.NextDouble(),
                        1 + random.NextDouble(),
                        random.Next(1, 90),
                        random.Next(1, 90),
                        (BarrierVolatility)random.Next(2)
                    )
                    : new LabelRules.ZigZag(0.001 + (random.NextDouble() / 20), random.Next(1, 40)),
                TrainShare = 0.6,
                ValidationShare = 0.3,
                TestShare = 0.1,
                Epochs = random.Next(1, 5_000),
                BatchSize = random.Next(1, 512),
                LearningRate = Math.Pow(10, -1 - (5 * random.NextDouble())),
                Optimizer = (OptimizerKind)random.Next(4),
                WeightDecay = random.Next(2) == 0 ? 0 : random.NextDouble() / 1e5,
                GradientClip = random.Next(2) == 0 ? null : 0.1 + random.NextDouble(),
                EarlyStopping =
                    random.Next(2) == 0 ? null : new EarlyStopping(random.Next(1, 30), random.NextDouble() / 1e4),
                ClassWeights = random.Next(2) == 0,
                Seed = random.Next(2) == 0 ? null : random.Next(int.MinValue, int.MaxValue),
            },
            PositionFraction = 1 - random.NextDouble(),
        };
    }

    private static ExitRules Exits(Random random) =>
        (ExitKind)random.Next(3) switch
        {
            ExitKind.Barriers => new ExitRules
            {
                Kind = ExitKind.Barriers,
                TakeProfitAtr = 0.1 + random.NextDouble(),
                StopAtr = 0.1 + random.NextDouble(),
                AtrPeriod = random.Next(1, 100),
                MaxBars = random.Next(1, 100),
            },
            ExitKind.Horizon => new ExitRules { Kind = ExitKind.Horizon, MaxBars = random.Next(1, 100) },
            _ => new ExitRules { Kind = ExitKind.Opposite },
        };

    private static IndicatorSettings Settings(IndicatorDefinition definition, Random random) =>
        definition.SettingsFrom(
            definition
                .Parameters.Where(parameter => parameter.Kind is not ParameterKind.Choice && random.Next(2) == 0)
                .ToDictionary(parameter => parameter.Name, parameter => parameter.Default),
            definition
                .Parameters.Where(parameter => parameter.Kind is ParameterKind.Choice)
                .ToDictionary(parameter => parameter.Name, parameter => parameter.Choices[^1]),
            definition.TakesSource && random.Next(2) == 0 ? "high" : "close"
        );

    private static IndicatorReference Reference(StrategyIndicator indicator, Random random)
    {
        var index = random.Next(indicator.Definition.Outputs.Count);
        return new IndicatorReference(indicator.Id, indicator.Definition.Outputs[index].Name, index);
    }

    private static FuzzySet Set(string id, StrategyIndicator indicator, Random random) =>
        new(
            id,
            Reference(indicator, random),
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(at => new Membership($"m{at}", Function(random)))]
        );

    private static MembershipFunction Function(Random random)
    {
        var p = Enumerable.Range(0, 4).Select(_ => (random.NextDouble() - 0.5) * 200).Order().ToArray();
        return random.Next(3) switch
        {
            0 => new MembershipFunction.Triangular(p[0], p[1], p[2]),
            1 => new MembershipFunction.Trapezoidal(p[0], p[1], p[2], p[3]),
            _ => new MembershipFunction.Gaussian(p[0], 0.5 + random.NextDouble()),
        };
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)]));
}
