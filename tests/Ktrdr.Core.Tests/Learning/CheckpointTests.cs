namespace Ktrdr.Core.Tests;

/// <summary>A training that is interrupted and goes on from its checkpoint ends as if nothing had happened, bit for bit.</summary>
public sealed class CheckpointTests
{
    private static readonly Network Start = Network.Initial(
        new NetworkShape(5, [16, 8], 3, Activation.Relu),
        new Seed(1)
    );

    private static readonly LabelledRows Rows = Train.Slanted(150, seed: 1);
    private static readonly LabelledRows Validation = Train.Slanted(60, seed: 2);

    private static readonly TrainingPlan Plain = new()
    {
        Epochs = 9,
        LearningRate = 0.01,
        BatchSize = 32,
    };

    public static TheoryData<string> Plans => [.. All.Keys];

    private static Dictionary<string, TrainingPlan> All { get; } =
        new()
        {
            ["Adam"] = Plain,
            ["AdamW with decay"] = Plain with { Optimizer = OptimizerKind.AdamW, WeightDecay = 0.1 },
            ["Sgd with a clip"] = Plain with { Optimizer = OptimizerKind.Sgd, GradientClip = 0.5 },
            ["RmsProp"] = Plain with { Optimizer = OptimizerKind.RmsProp },
            ["dropout"] = Plain with { Dropout = 0.3 },
            ["early stopping"] = Plain with { Epochs = 40, LearningRate = 0.1, EarlyStopping = new(6, 0.001) },
            ["everything"] = Plain with
            {
                Epochs = 40,
                LearningRate = 0.1,
                Dropout = 0.2,
                EarlyStopping = new(6, 0.001),
                BalanceClasses = true,
            },
            ["rows as they come"] = Plain with { Shuffle = false },
        };

    [Theory]
    [MemberData(nameof(Plans))]
    public void Interrupted_after_any_epoch_it_ends_as_if_it_had_not_been(string plan)
    {
        var kept = new List<TrainingCheckpoint>();
        var whole = Run(All[plan], new Checkpointing(null, 1, kept.Add));

        Assert.Equal(Enumerable.Range(1, whole.Epochs.Count - 1), kept.Select(one => one.Epochs.Count));
        foreach (var checkpoint in kept)
        {
            AssertSame(whole, Run(All[plan], new Checkpointing(checkpoint, 1, _ => { })));
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Leaving_checkpoints_changes_nothing(string plan) =>
        AssertSame(Run(All[plan], null), Run(All[plan], new Checkpointing(null, 2, _ => { })));

    [Fact]
    public void Interrupted_again_and_again_it_still_ends_the_same()
    {
        var plan = All["everything"];
        var whole = Run(plan, null);
        TrainingCheckpoint? last = null;
        for (var epoch = 1; epoch < whole.Epochs.Count; epoch++)
        {
            using var interruption = new CancellationTokenSource();
            var checkpoints = new Checkpointing(
                last,
                1,
                checkpoint =>
                {
                    last = checkpoint;
                    interruption.Cancel();
                }
            );
            Assert.Throws<OperationCanceledException>(() => Run(plan, checkpoints, token: interruption.Token));
            Assert.Equal(epoch, last!.Epochs.Count);
        }

        AssertSame(whole, Run(plan, new Checkpointing(last, 1, _ => { })));
    }

    [Fact]
    public void Cancelled_it_leaves_the_last_epoch_it_finished_once_however_rarely_it_leaves_any()
    {
        var whole = Run(Plain, null);
        var kept = new List<TrainingCheckpoint>();
        using var interruption = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
            Run(
                Plain,
                new Checkpointing(null, 4, kept.Add),
                epoch =>
                {
                    if (epoch.Epoch == 6)
                    {
                        interruption.Cancel();
                    }
                },
                token: interruption.Token
            )
        );

        Assert.Equal([4, 6], kept.Select(checkpoint => checkpoint.Epochs.Count));
        AssertSame(whole, Run(Plain, new Checkpointing(kept[^1], 4, _ => { })));
    }

    [Fact]
    public void A_checkpoint_that_is_not_due_is_left_out_and_a_cancelled_training_leaves_one_all_the_same()
    {
        var whole = Run(Plain, null);
        var kept = new List<TrainingCheckpoint>();
        using var interruption = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
            Run(
                Plain,
                new Checkpointing(null, 2, kept.Add) { IsDue = () => kept.Count == 0 },
                epoch =>
                {
                    if (epoch.Epoch == 7)
                    {
                        interruption.Cancel();
                    }
                },
                token: interruption.Token
            )
        );

        Assert.Equal([2, 7], kept.Select(checkpoint => checkpoint.Epochs.Count));
        AssertSame(whole, Run(Plain, new Checkpointing(kept[^1], 2, _ => { })));
    }

    [Fact]
    public void Only_the_epochs_after_the_checkpoint_are_done_and_told_of()
    {
        var kept = new List<TrainingCheckpoint>();
        Run(Plain, new Checkpointing(null, 4, kept.Add));
        var told = new List<int>();
        Run(Plain, new Checkpointing(kept[^1], 4, _ => { }), epoch => told.Add(epoch.Epoch));

        Assert.Equal([4, 8], kept.Select(one => one.Epochs.Count));
        Assert.Equal([9], told);
    }

    [Fact]
    public void A_checkpoint_is_a_copy_that_later_epochs_leave_alone()
    {
        var kept = new List<TrainingCheckpoint>();
        var then = new List<float[]>();
        Run(
            Plain,
            new Checkpointing(
                null,
                1,
                checkpoint =>
                {
                    kept.Add(checkpoint);
                    then.Add([.. checkpoint.Weights, .. checkpoint.Memory]);
                }
            )
        );

        Assert.Equal(then, kept.Select(one => (float[])[.. one.Weights, .. one.Memory]));
    }

    [Fact]
    public void A_checkpoint_of_another_shape_is_refused()
    {
        var kept = new List<TrainingCheckpoint>();
        Run(Plain, new Checkpointing(null, 1, kept.Add));
        var other = Network.Initial(new NetworkShape(5, [40], 3, Activation.Relu), new Seed(1));

        var refusal = Assert.Throws<ArgumentException>(() => Run(Plain, new(kept[0], 1, _ => { }), network: other));
        Assert.Contains("belongs to another training", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_training_has_the_same_fingerprint() =>
        Assert.Equal(Fingerprint(Start, Rows, Validation, Plain, 1), Fingerprint(Start, Rows, Validation, Plain, 1));

    [Fact]
    public void Whatever_decides_a_training_changes_its_fingerprint()
    {
        var features = Rows.Features.ToArray();
        features[7] = MathF.BitIncrement(features[7]);
        var classes = Rows.Classes.ToArray();
        classes[3] = (classes[3] + 1) % 3;
        string[] all =
        [
            Fingerprint(Start, Rows, Validation, Plain, 1),
            Fingerprint(Start, Rows, Validation, Plain, 2),
            Fingerprint(Network.Initial(Start.Shape, new Seed(2)), Rows, Validation, Plain, 1),
            Fingerprint(Start, new LabelledRows(features, 5, Rows.Classes), Validation, Plain, 1),
            Fingerprint(Start, new LabelledRows(Rows.Features, 5, classes), Validation, Plain, 1),
            Fingerprint(Start, Validation, Rows, Plain, 1),
            .. Others().Select(plan => Fingerprint(Start, Rows, Validation, plan, 1)),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
    }

    // One plan for every property, so that a property yet to come has to be thought of.
    private static List<TrainingPlan> Others()
    {
        var others = new Dictionary<string, TrainingPlan>
        {
            [nameof(TrainingPlan.Epochs)] = Plain with { Epochs = 10 },
            [nameof(TrainingPlan.BatchSize)] = Plain with { BatchSize = 31 },
            [nameof(TrainingPlan.LearningRate)] = Plain with { LearningRate = 0.010000000000000002 },
            [nameof(TrainingPlan.Optimizer)] = Plain with { Optimizer = OptimizerKind.AdamW },
            [nameof(TrainingPlan.WeightDecay)] = Plain with { WeightDecay = 1 },
            [nameof(TrainingPlan.GradientClip)] = Plain with { GradientClip = 1 },
            [nameof(TrainingPlan.EarlyStopping)] = Plain with { EarlyStopping = new(1, 0) },
            [nameof(TrainingPlan.Dropout)] = Plain with { Dropout = 0.5 },
            [nameof(TrainingPlan.BalanceClasses)] = Plain with { BalanceClasses = true },
            [nameof(TrainingPlan.ClassWeights)] = Plain with { ClassWeights = [1, 1, 1] },
            [nameof(TrainingPlan.Shuffle)] = Plain with { Shuffle = false },
        };
        Assert.Equal(
            typeof(TrainingPlan).GetProperties().Select(property => property.Name).Order(),
            others.Keys.Order()
        );
        return [.. others.Values];
    }

    private static string Fingerprint(
        Network network,
        LabelledRows training,
        LabelledRows validation,
        TrainingPlan plan,
        int seed
    ) => TrainingFingerprint.Of(network, training, validation, plan, new Seed(seed));

    private static TrainingOutcome Run(
        TrainingPlan plan,
        Checkpointing? checkpoints,
        Action<EpochProgress>? report = null,
        Network? network = null,
        CancellationToken token = default
    ) => Trainer.Train(network ?? Start, Rows, Validation, plan, new Seed(5), report ?? (_ => { }), checkpoints, token);

    private static void AssertSame(TrainingOutcome expected, TrainingOutcome actual)
    {
        Assert.Equal(expected.Network.Weights.ToArray(), actual.Network.Weights.ToArray());
        Assert.Equal(expected.Epochs, actual.Epochs);
        Assert.Equal(
            (expected.InitialLoss, expected.FinalLoss, expected.KeptEpoch),
            (actual.InitialLoss, actual.FinalLoss, actual.KeptEpoch)
        );
    }
}
