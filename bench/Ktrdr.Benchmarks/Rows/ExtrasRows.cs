using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>What dropout and clipping cost: a training with them against our own without.</summary>
internal sealed class ExtrasRows : RowGroup
{
    /// <inheritdoc/>
    public override string Name => "extras";

    /// <inheritdoc/>
    public override bool OncePerWidth => true;

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Reference.Missing is { } why)
        {
            yield return Row.Skipped("training with dropout and clipping", why);
            yield break;
        }

        foreach (var batch in new[] { 32, 256, 1024 })
        {
            var plain = new TrainingPlan { Epochs = 20, BatchSize = batch };
            var extras = plain with { Dropout = 0.2, GradientClip = 1 };
            Reference.Train(plain);
            Reference.Train(extras);
            var (_, _, ratio) = Samples.Alternately(
                15,
                () => Reference.RowsPerSecond(extras),
                () => Reference.RowsPerSecond(plain)
            );
            yield return Row.AtLeast(
                $"dropout 0.2 and clip 1, batch {batch}, against plain",
                0.75,
                ratio,
                "×",
                Reference.InstructionSet,
                null
            );
        }
    }
}
