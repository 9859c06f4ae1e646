using BenchmarkDotNet.Attributes;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>What an indicator costs with its default parameters; one operation is one bar.</summary>
[MemoryDiagnoser]
public class IndicatorBenchmarks
{
    private IndicatorDefinition _definition = null!;
    private IndicatorSettings _settings = null!;
    private double[][] _outputs = null!;

    /// <summary>Every type in the catalogue.</summary>
    public static IEnumerable<string> Types => IndicatorCatalogue.All.Select(definition => definition.Type);

    /// <summary>The indicator.</summary>
    [ParamsSource(nameof(Types))]
    public string Type { get; set; } = "";

    /// <summary>Makes room for the results, so that only what a computation needs beyond them is counted.</summary>
    [GlobalSetup]
    public void MakeRoom()
    {
        _definition = IndicatorCatalogue.Find(Type)!;
        _settings = _definition.DefaultSettings();
        _outputs = [.. _definition.Outputs.Select(_ => new double[MadeUpMarket.Count])];
    }

    /// <summary>All its columns.</summary>
    [Benchmark(OperationsPerInvoke = MadeUpMarket.Count)]
    public void Compute() => _definition.Compute(MadeUpMarket.Bars, _settings, _outputs);
}
