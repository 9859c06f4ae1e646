using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>Training against PyTorch, one thread each, in turn, by processor time.</summary>
internal sealed class TrainingRows : RowGroup
{
    private const int Alternations = 5;

    private static readonly (int Batch, double AtFullWidth, double AtHalf)[] Targets =
    [
        (32, 30, 15),
        (256, 8, 4),
        (1024, 4.5, 2),
    ];

    /// <inheritdoc/>
    public override string Name => "training";

    /// <inheritdoc/>
    public override bool OncePerWidth => true;

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if ((Reference.Missing ?? Torch.Missing) is { } why)
        {
            yield return Row.Skipped("training against PyTorch", why);
            yield break;
        }

        var set = Reference.InstructionSet;
        foreach (var (batch, atFullWidth, atHalf) in Targets)
        {
            var plan = new TrainingPlan { Epochs = 20, BatchSize = batch };
            Reference.Train(plan); // until it is compiled as well as it will be
            var (ours, theirs, ratio) = Samples.Alternately(
                Alternations,
                () => Samples.Of(5, () => Reference.RowsPerSecond(plan)).Median,
                () => Torch.RowsPerSecond(batch)
            );
            var note = $"{ours.Median / 1e6:0.00} million rows/s against {theirs.Median / 1e3:0} thousand";
            var target = set == "avx512" ? atFullWidth : atHalf;
            yield return Row.AtLeast($"training, batch {batch}, against PyTorch", target, ratio, "×", set, note);
        }
    }
}
