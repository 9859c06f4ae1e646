using BenchmarkDotNet.Attributes;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>What a fuzzy set costs, and what the features of the reference strategy do; one operation is one bar.</summary>
[MemoryDiagnoser]
public class FeatureBenchmarks
{
    private readonly double[] _values = new double[MadeUpMarket.Count];
    private readonly float[] _degrees = new float[MadeUpMarket.Count];
    private readonly MembershipFunction _triangle = new MembershipFunction.Triangular(20, 35, 50);
    private readonly MembershipFunction _trapezium = new MembershipFunction.Trapezoidal(45, 65, 100, 100);
    private readonly MembershipFunction _bell = new MembershipFunction.Gaussian(30, 15);
    private readonly StrategyDocument _strategy = ReferenceStrategy.Read();

    /// <summary>Takes the RSI as what the sets are asked about.</summary>
    [GlobalSetup]
    public void MakeValues() => Rsi.Fill(MadeUpMarket.Bars.Close, 14, _values);

    /// <summary>A triangle.</summary>
    [Benchmark(OperationsPerInvoke = MadeUpMarket.Count)]
    public void Triangle() => _triangle.Fill(_values, _degrees);

    /// <summary>A trapezium.</summary>
    [Benchmark(OperationsPerInvoke = MadeUpMarket.Count)]
    public void Trapezium() => _trapezium.Fill(_values, _degrees);

    /// <summary>A bell.</summary>
    [Benchmark(OperationsPerInvoke = MadeUpMarket.Count)]
    public void Bell() => _bell.Fill(_values, _degrees);

    /// <summary>Four indicators and their 18 sets, into the matrix.</summary>
    [Benchmark(OperationsPerInvoke = MadeUpMarket.Count)]
    public FeatureMatrix Matrix() => FeatureAssembly.Build(_strategy, MadeUpMarket.Window);
}
