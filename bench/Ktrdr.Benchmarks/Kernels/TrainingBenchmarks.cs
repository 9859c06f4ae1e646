using BenchmarkDotNet.Attributes;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>What one update costs, batch by batch size; one operation is one row.</summary>
[MemoryDiagnoser]
public class TrainingBenchmarks
{
    private const int Rows = 8192;
    private TrainingRun _run = null!;

    /// <summary>Rows of one update.</summary>
    [Params(32, 256, 1024)]
    public int Batch { get; set; }

    /// <summary>Makes the rows up: how long a step takes does not depend on what they say.</summary>
    [GlobalSetup]
    public void MakeRows()
    {
        var random = new Seed(1).For("rows");
        var features = new float[Rows * 18];
        foreach (ref var feature in features.AsSpan())
        {
            feature = random.NextSingle();
        }

        var rows = new LabelledRows(features, 18, Enumerable.Range(0, Rows).Select(row => row % 3).ToArray());
        var network = Network.Initial(new NetworkShape(18, [64, 32], 3, Activation.Relu), new Seed(1));
        _run = new TrainingRun(network, rows, new TrainingPlan { BatchSize = Batch }, new Seed(1), Core.Kernels.Best);
    }

    /// <summary>An epoch without its shuffling.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public void Steps()
    {
        for (var start = 0; start < Rows; start += Batch)
        {
            _run.Step(start, Batch);
        }
    }
}
