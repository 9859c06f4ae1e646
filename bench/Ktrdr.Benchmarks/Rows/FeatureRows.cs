using Ktrdr.Archive;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>Four indicators and their 18 fuzzy features, from bars to the matrix a network reads.</summary>
internal sealed class FeatureRows : RowGroup
{
    /// <inheritdoc/>
    public override string Name => "features";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        var strategy = ReferenceStrategy.Read();
        double BarsPerSecond() =>
            MadeUpMarket.Count / ProcessorTime.Seconds(() => FeatureAssembly.Build(strategy, MadeUpMarket.Window));
        Samples.Of(10, BarsPerSecond); // until it is compiled as well as it will be
        var rate = Samples.Of(15, BarsPerSecond);
        yield return Row.AtLeast("four indicators, 18 fuzzy features", 8e6, rate, "bars/s", null, "500,000 bars");
    }
}

/// <summary>The strategy that every figure is stated for: 18 inputs, 64-32, 50 epochs, batch 32.</summary>
internal static class ReferenceStrategy
{
    /// <summary>Where it lies.</summary>
    public static string File { get; } = Path.Combine(Machine.Repository, "bench", "reference.yaml");

    /// <summary>Reads it.</summary>
    public static StrategyDocument Read() =>
        StrategyYaml.Check(System.IO.File.ReadAllBytes(File)).Document
        ?? throw new InvalidOperationException($"{File} is no valid strategy; see 'ktrdr strategies validate'.");
}
