using FsCheck;
using FsCheck.Fluent;

namespace Ktrdr.Core.Tests;

/// <summary>Markets, opinions, rules and costs drawn at random: jumpy prices, gaps, broken spreads, missing features.</summary>
internal static class RandomMarkets
{
    /// <summary>Holds a property to a few hundred simulations, the same ones every time.</summary>
    public static void Check(Action<SimulationInput> property) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20_240_101, 1),
            Prop.ForAll(
                Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    property(Draw(seed));
                    return true;
                }
            )
        );

    public static SimulationInput Draw(int seed)
    {
        var random = new Seed(seed).For("a random market");
        var bars = Market(random, 40 + random.Next(80));
        var first = random.Next(25);
        var count = 1 + random.Next(bars.Count - first);
        var probabilities = new float[3 * count];
        for (var i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] = random.Next(60) == 0 ? float.NaN : random.NextSingle();
        }

        return new SimulationInput
        {
            Bars = bars,
            First = first,
            Count = count,
            Probabilities = probabilities,
            Decisions = new DecisionRules
            {
                ConfidenceThreshold = 0.9 * random.NextDouble(),
                PositionAwareness = random.Next(2) == 0,
                AllowShortFromFlat = random.Next(4) > 0,
                MinimumSignalSeparation = random.Next(4),
                VolumeFilter = random.Next(4) == 0,
            },
            Exits = new ExitRules
            {
                Kind = (ExitKind)random.Next(3),
                TakeProfitAtr = 0.2 + (3 * random.NextDouble()),
                StopAtr = 0.2 + (3 * random.NextDouble()),
                AtrPeriod = 1 + random.Next(10),
                MaxBars = 1 + random.Next(12),
            },
            Costs = new Costs(
                bars.HasSpread,
                0.01 * random.NextDouble(),
                0.01 * random.NextDouble(),
                0.01 * random.NextDouble()
            ),
            PositionFraction = 1 - random.NextDouble(),
            InitialCapital = 1_000 + (100_000 * random.NextDouble()),
            TypicalSpread = 0.1,
        };
    }

    private static Bars Market(Random random, int count)
    {
        var (open, high, low, close) = (new double[count], new double[count], new double[count], new double[count]);
        var (times, volume, spread) = (new long[count], new double[count], new double[count]);
        var price = 1 + (300 * random.NextDouble());
        for (var i = 0; i < count; i++)
        {
            times[i] = (i == 0 ? Scene.Start : times[i - 1]) + (3600 * (1 + random.Next(3)));
            open[i] = price * (random.Next(5) == 0 ? 1 + (0.1 * (random.NextDouble() - 0.5)) : 1);
            price = close[i] = open[i] * (1 + (0.06 * (random.NextDouble() - 0.5)));
            high[i] = Math.Max(open[i], close[i]) * (1 + (0.02 * random.NextDouble()));
            low[i] = Math.Min(open[i], close[i]) * (1 - (0.02 * random.NextDouble()));
            volume[i] = random.Next(1_000);
            spread[i] = random.Next(10) == 0 ? 0 : 0.5 * random.NextDouble();
        }

        var hasSpread = random.Next(2) == 0;
        return new Bars(Timeframe.H1, times, open, high, low, close, volume, hasSpread ? spread : null);
    }
}
