namespace Ktrdr.Benchmarks;

/// <summary>Rows that belong together. A new group is a class of its own and a line in <see cref="All"/>.</summary>
internal abstract class RowGroup
{
    /// <summary>Every group, in the order they are printed in.</summary>
    public static IReadOnlyList<RowGroup> All { get; } =
    [
        new TrainingRows(),
        new ExtrasRows(),
        new PeakRows(),
        new LossCurveRows(),
        new TwoTrainingsRows(),
        new IndicatorRows(),
        new FeatureRows(),
        new BacktestRows(),
        new ImportRows(),
        new StartUpRows(),
        new OperationRows(),
        new WholeCycleRows(),
    ];

    /// <summary>What the command line calls it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether to measure it again with the half vector width, where the machine has the full one.</summary>
    public virtual bool OncePerWidth => false;

    /// <summary>Measures its rows, each as it is asked for.</summary>
    public abstract IEnumerable<Row> Measure();
}
