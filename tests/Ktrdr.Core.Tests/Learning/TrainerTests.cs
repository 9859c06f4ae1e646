namespace Ktrdr.Core.Tests;

public sealed class TrainerTests
{
    private static readonly NetworkShape Shape = new(5, [16, 8], 3, Activation.Relu);
    private static readonly LabelledRows Rows = Train.Slanted(300, seed: 1);
    private static readonly LabelledRows Validation = Train.Slanted(80, seed: 2);

    [Theory]
    [InlineData(OptimizerKind.Adam, Activation.Relu, 0.02)]
    [InlineData(OptimizerKind.AdamW, Activation.LeakyRelu, 0.02)]
    [InlineData(OptimizerKind.Sgd, Activation.Tanh, 0.1)]
    [InlineData(OptimizerKind.RmsProp, Activation.Sigmoid, 0.02)]
    public void Exclusive_or_is_learned(OptimizerKind optimizer, Activation activation, double learningRate)
    {
        var rows = new LabelledRows(new float[] { 0, 0, 0, 1, 1, 0, 1, 1 }, 2, new[] { 0, 1, 1, 0 });
        var plan = new TrainingPlan
        {
            Epochs = 1500,
            BatchSize = 4,
            Optimizer = optimizer,
            LearningRate = learningRate,
        };

        var outcome = Train.On(rows, Network.Initial(new NetworkShape(2, [8], 2, activation), new Seed(3)), plan);

        Assert.Equal(1, outcome.Epochs[^1].TrainingAccuracy);
        Assert.InRange(outcome.FinalLoss, 0, 0.1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_does_not()
    {
        var start = Network.Initial(Shape, new Seed(1));
        var plan = new TrainingPlan { Epochs = 3, Dropout = 0.2 };
        var weights = Train.On(Rows, start, plan, seed: 8).Network.Weights.ToArray();

        Assert.Equal(weights, Train.On(Rows, start, plan, seed: 8).Network.Weights.ToArray());
        Assert.NotEqual(weights, Train.On(Rows, start, plan, seed: 9).Network.Weights.ToArray());
    }

    [Fact]
    public void The_network_given_stays_untrained()
    {
        var start = Network.Initial(Shape, new Seed(1));
        var before = start.Weights.ToArray();
        Train.On(Rows, start, new TrainingPlan { Epochs = 1 });

        Assert.Equal(before, start.Weights.ToArray());
    }

    [Fact]
    public void Initial_and_final_loss_are_plain_and_on_the_training_rows()
    {
        var start = Network.Initial(Shape, new Seed(1));
        var plan = new TrainingPlan
        {
            Epochs = 5,
            ClassWeights = [5, 1, 0.2f],
            Dropout = 0.3,
            WeightDecay = 0.01,
        };

        var outcome = Train.On(Rows, start, plan);

        Assert.Equal(CrossEntropy.Of(start, Rows), outcome.InitialLoss, 1e-9);
        Assert.Equal(CrossEntropy.Of(outcome.Network, Rows), outcome.FinalLoss, 1e-9);
        Assert.Equal(5, outcome.KeptEpoch);
        Assert.NotEmpty(outcome.InstructionSet);
    }

    [Fact]
    public void Early_stopping_gives_the_best_weights_back()
    {
        // Labels that have nothing to do with the features: what is learned of them harms validation sooner or later.
        var (noise, other) = (Mislabelled(60, 1), Mislabelled(60, 2));
        var plan = new TrainingPlan
        {
            Epochs = 400,
            LearningRate = 0.01,
            EarlyStopping = new EarlyStopping(Patience: 7, MinimumDelta: 0),
        };

        var outcome = Train.On(noise, other, Network.Initial(Shape, new Seed(1)), plan);

        var losses = outcome.Epochs.Select(epoch => epoch.ValidationLoss).ToArray();
        Assert.Equal(outcome.KeptEpoch + 7, losses.Length);
        Assert.Equal(losses.Min(), losses[outcome.KeptEpoch - 1]);
        Assert.Equal(losses.Min(), CrossEntropy.Of(outcome.Network, other), 1e-9);
        Assert.True(losses[^1] > losses.Min());
        Assert.Equal(CrossEntropy.Of(outcome.Network, noise), outcome.FinalLoss, 1e-9);
    }

    [Fact]
    public void Gains_below_the_smallest_delta_do_not_renew_patience()
    {
        var plan = new TrainingPlan
        {
            Epochs = 50,
            LearningRate = 1e-6,
            EarlyStopping = new EarlyStopping(Patience: 3, MinimumDelta: 0.1),
        };

        var outcome = Train.On(Rows, Validation, Network.Initial(Shape, new Seed(1)), plan);

        Assert.Equal(4, outcome.Epochs.Count);
        Assert.Equal(outcome.Epochs.MinBy(epoch => epoch.ValidationLoss)!.Epoch, outcome.KeptEpoch);
    }

    [Fact]
    public void Without_early_stopping_the_last_epoch_is_kept()
    {
        var outcome = Train.On(
            Mislabelled(60, 1),
            Mislabelled(60, 2),
            Network.Initial(Shape, new Seed(1)),
            new TrainingPlan { Epochs = 60, LearningRate = 0.01 }
        );

        Assert.Equal(60, outcome.KeptEpoch);
        Assert.Equal(outcome.Epochs[^1].ValidationLoss, CrossEntropy.Of(outcome.Network, Mislabelled(60, 2)), 1e-9);
    }

    [Fact]
    public void Every_row_is_learned_from_once_an_epoch_in_whatever_order()
    {
        // Untouched weights (a step size that vanishes) show the mean loss of exactly these rows, whatever their order.
        var start = Network.Initial(Shape, new Seed(1));
        var plan = new TrainingPlan
        {
            Epochs = 3,
            BatchSize = 7,
            LearningRate = 1e-30,
        };

        var outcome = Train.On(Rows, start, plan);

        Assert.All(outcome.Epochs, epoch => Assert.Equal(outcome.InitialLoss, epoch.TrainingLoss, 1e-6));
        var shuffled = Train.On(Rows, start, plan with { LearningRate = 0.01 });
        var ordered = Train.On(Rows, start, plan with { LearningRate = 0.01, Shuffle = false });
        Assert.NotEqual(ordered.Network.Weights.ToArray(), shuffled.Network.Weights.ToArray());
    }

    [Fact]
    public void Epochs_are_reported_in_order_as_they_end()
    {
        var told = new List<EpochProgress>();
        var outcome = Train.On(
            Rows,
            Validation,
            Network.Initial(Shape, new Seed(1)),
            new TrainingPlan { Epochs = 4 },
            told.Add
        );

        Assert.Equal([1, 2, 3, 4], told.Select(epoch => epoch.Epoch));
        Assert.Equal(outcome.Epochs, told);
        Assert.Equal(CrossEntropy.Of(outcome.Network, Validation), told[^1].ValidationLoss, 1e-9);
        Assert.All(told, epoch => Assert.InRange(epoch.ValidationAccuracy, 0, 1));
    }

    [Fact]
    public void Batches_allocate_nothing()
    {
        var allocated = new List<long>();
        var plan = new TrainingPlan
        {
            Epochs = 6,
            BatchSize = 2,
            Dropout = 0.2,
            GradientClip = 1,
            EarlyStopping = new EarlyStopping(10, 0),
        };
        allocated.EnsureCapacity(plan.Epochs);

        Train.On(
            Rows,
            Validation,
            Network.Initial(Shape, new Seed(1)),
            plan,
            _ => allocated.Add(GC.GetAllocatedBytesForCurrentThread())
        );

        // 150 batches an epoch; what an epoch allocates is its report.
        Assert.All(allocated.Skip(2).Zip(allocated.Skip(1)), pair => Assert.InRange(pair.First - pair.Second, 0, 500));
    }

    [Fact]
    public void Cancelling_ends_it_before_the_next_batch()
    {
        using var source = new CancellationTokenSource();
        var epochs = 0;

        Assert.Throws<OperationCanceledException>(() =>
            Trainer.Train(
                Network.Initial(Shape, new Seed(1)),
                Rows,
                Validation,
                new TrainingPlan { Epochs = 1000 },
                new Seed(1),
                _ =>
                {
                    epochs++;
                    source.Cancel();
                },
                source.Token
            )
        );

        Assert.Equal(1, epochs);
    }

    [Fact]
    public void A_training_that_diverges_says_when_and_at_which_learning_rate()
    {
        var plan = new TrainingPlan { LearningRate = 1e30, Optimizer = OptimizerKind.Sgd };

        var diverged = Assert.Throws<TrainingDivergedException>(() =>
            Train.On(Rows, Network.Initial(Shape, new Seed(1)), plan)
        );

        Assert.Equal((1, 1e30), (diverged.Epoch, diverged.LearningRate));
        Assert.Contains("smaller learning rate", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Early_stopping_without_validation_rows_is_refused()
    {
        var plan = new TrainingPlan { EarlyStopping = new EarlyStopping(10, 0.001) };
        var network = Network.Initial(Shape, new Seed(1));

        Assert.Throws<ArgumentException>(() => Train.On(Rows, network, plan));
        Assert.Throws<ArgumentException>(() => Train.On(Train.NoRows(5), network, new TrainingPlan()));
        Assert.Equal(double.NaN, Train.On(Rows, network, new TrainingPlan { Epochs = 1 }).Epochs[0].ValidationLoss);
    }

    [Fact]
    public void A_missing_feature_and_an_unknown_class_are_refused_by_name()
    {
        var network = Network.Initial(Shape, new Seed(1));
        var features = Rows.Features.ToArray();
        features[12] = float.NaN;

        var missing = Assert.Throws<ArgumentException>(() =>
            Train.On(new LabelledRows(features, 5, Rows.Classes), network, new TrainingPlan())
        );
        Assert.Contains("Feature 2 of training row 2 is NaN", missing.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Train.On(new LabelledRows(new float[5], 5, new[] { 3 }), network, new TrainingPlan())
        );
    }

    [Fact]
    public void A_plan_that_cannot_be_carried_out_is_refused()
    {
        var network = Network.Initial(Shape, new Seed(1));
        foreach (
            var plan in new[]
            {
                new TrainingPlan { Epochs = 0 },
                new TrainingPlan { BatchSize = 0 },
                new TrainingPlan { LearningRate = double.NaN },
                new TrainingPlan { WeightDecay = -1 },
                new TrainingPlan { GradientClip = 0 },
                new TrainingPlan { Dropout = 1 },
                new TrainingPlan { ClassWeights = [1, 1] },
            }
        )
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Train.On(Rows, network, plan));
        }
    }

    [Fact]
    public void Balanced_classes_are_class_weights_of_the_training_rows()
    {
        var network = Network.Initial(Shape, new Seed(1));
        var counts = Rows.ClassCounts(3);
        var plan = new TrainingPlan { Epochs = 2 };

        Assert.Equal(
            Train
                .On(Rows, network, plan with { ClassWeights = [.. counts.Select(count => 300f / (3 * count))] })
                .Network.Weights.ToArray(),
            Train.On(Rows, network, plan with { BalanceClasses = true }).Network.Weights.ToArray(),
            (expected, actual) => Math.Abs(expected - actual) < 1e-5f
        );
    }

    [Fact]
    public void A_strategy_s_plan_is_what_it_says()
    {
        var plan = TrainingPlan.From(
            new TrainingDesign
            {
                Labels = new LabelRules.ZigZag(0.05, 20),
                Epochs = 7,
                BatchSize = 9,
                LearningRate = 0.5,
                Optimizer = OptimizerKind.Sgd,
                WeightDecay = 0.1,
                GradientClip = 2,
                EarlyStopping = new EarlyStopping(3, 0.2),
                ClassWeights = true,
            },
            new NetworkDesign { HiddenLayers = [4], Dropout = 0.3 }
        );

        Assert.Equal(
            new TrainingPlan
            {
                Epochs = 7,
                BatchSize = 9,
                LearningRate = 0.5,
                Optimizer = OptimizerKind.Sgd,
                WeightDecay = 0.1,
                GradientClip = 2,
                EarlyStopping = new EarlyStopping(3, 0.2),
                Dropout = 0.3,
                BalanceClasses = true,
            },
            plan
        );
    }

    private static LabelledRows Mislabelled(int count, int seed)
    {
        var random = new Seed(seed).For("labels");
        return new LabelledRows(
            Train.Slanted(count, seed).Features,
            5,
            Enumerable.Range(0, count).Select(_ => random.Next(3)).ToArray()
        );
    }
}
