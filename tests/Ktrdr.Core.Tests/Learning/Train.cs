namespace Ktrdr.Core.Tests;

/// <summary>Small rows and short trainings, for tests about learning.</summary>
internal static class Train
{
    public static LabelledRows NoRows(int width) => new(Array.Empty<float>(), width, Array.Empty<int>());

    /// <summary>Points whose class is which third of a slanted axis they lie in, some of them mislabelled.</summary>
    public static LabelledRows Slanted(int count, int seed, int width = 5)
    {
        var random = new Seed(seed).For("rows");
        var features = new float[count * width];
        var classes = new int[count];
        for (var row = 0; row < count; row++)
        {
            var sum = 0f;
            foreach (ref var feature in features.AsSpan(row * width, width))
            {
                feature = (random.NextSingle() * 2) - 1;
                sum += feature;
            }

            classes[row] =
                random.NextSingle() < 0.1f ? random.Next(3)
                : sum < -0.5f ? 0
                : sum < 0.5f ? 1
                : 2;
        }

        return new LabelledRows(features, width, classes);
    }

    public static TrainingOutcome On(LabelledRows rows, Network network, TrainingPlan plan, int seed = 1) =>
        Trainer.Train(network, rows, NoRows(rows.Width), plan, new Seed(seed), _ => { }, CancellationToken.None);

    public static TrainingOutcome On(
        LabelledRows rows,
        LabelledRows validation,
        Network network,
        TrainingPlan plan,
        Action<EpochProgress>? report = null
    ) => Trainer.Train(network, rows, validation, plan, new Seed(1), report ?? (_ => { }), CancellationToken.None);
}
