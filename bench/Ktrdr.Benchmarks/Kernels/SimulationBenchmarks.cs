using BenchmarkDotNet.Attributes;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>What the account costs, by how positions close; one operation is one bar.</summary>
[MemoryDiagnoser]
public class SimulationBenchmarks
{
    private SimulationInput _input = null!;

    /// <summary>When a position closes.</summary>
    [Params(ExitKind.Opposite, ExitKind.Barriers, ExitKind.Horizon)]
    public ExitKind Exits { get; set; }

    /// <summary>The confidence that a signal needs: of opinions drawn at random most reach the first, few the second.</summary>
    [Params(0.4, 0.9)]
    public double Threshold { get; set; }

    /// <summary>Makes the opinions up: how long a bar takes depends on how often they act, not on whether they are right.</summary>
    [GlobalSetup]
    public void MakeOpinions()
    {
        var random = new Seed(1).For("opinions");
        var probabilities = new float[3 * MadeUpMarket.Count];
        foreach (ref var probability in probabilities.AsSpan())
        {
            probability = random.NextSingle();
        }

        _input = new SimulationInput
        {
            Bars = MadeUpMarket.Bars,
            First = 0,
            Count = MadeUpMarket.Count,
            Probabilities = probabilities,
            Decisions = new DecisionRules { ConfidenceThreshold = Threshold, AllowShortFromFlat = true },
            Exits = new ExitRules { Kind = Exits },
            Costs = Costs.For(InstrumentKind.Forex, hasSpread: true),
        };
    }

    /// <summary>All bars, from opinions to trades, equity and counts.</summary>
    [Benchmark(OperationsPerInvoke = MadeUpMarket.Count)]
    public SimulationResult Run() => Simulator.Run(_input);
}
