namespace Ktrdr.Core;

/// <summary>Reads <c>training</c>, with hyper-parameters that an older document keeps under <c>model.training</c>.</summary>
internal static class TrainingSection
{
    private const int MostEpochs = 1_000_000;
    private const int LargestBatch = 1_000_000;
    private const double SplitTolerance = 0.001;

    private static readonly string[] HyperParameters =
    [
        "epochs",
        "batch_size",
        "learning_rate",
        "optimizer",
        "weight_decay",
        "gradient_clip",
        "early_stopping",
        "class_weights",
        "loss",
        "focal_gamma",
        "huber_delta",
        "lr_scheduler",
        "seed",
    ];

    public static readonly (string, OptimizerKind)[] Optimizers =
    [
        ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW),
        ("sgd", OptimizerKind.Sgd),
        ("rmsprop", OptimizerKind.RmsProp),
    ];

    public static TrainingDesign Read(Section section, Section? older)
    {
        Adopt(section, older);
        section.Take("method")?.Word([("supervised", 0)]);
        section.Need("labels", "{source: triple_barrier}");
        var labels = section.Child("labels");
        var rules = labels is null ? new LabelRules.ZigZag(0, 0) : LabelSection.Read(labels);
        var computed = labels?.Take("compute_weights");
        labels?.Close();
        var (train, validation, test) = Split(section.Child("data_split"));

        var design = new TrainingDesign
        {
            Labels = rules,
            TrainShare = train,
            ValidationShare = validation,
            TestShare = test,
            Epochs = section.Take("epochs")?.Integer(new Bounds(1, MostEpochs)) ?? StrategyDefaults.Epochs,
            BatchSize = section.Take("batch_size")?.Integer(new Bounds(1, LargestBatch)) ?? StrategyDefaults.BatchSize,
            LearningRate = section.Take("learning_rate")?.Number(Bounds.Above(0, 1)) ?? StrategyDefaults.LearningRate,
            Optimizer = section.Take("optimizer")?.Word(Optimizers) ?? StrategyDefaults.Optimizer,
            WeightDecay = section.Take("weight_decay")?.Number(new Bounds(0, 1)) ?? StrategyDefaults.WeightDecay,
            GradientClip = section.Take("gradient_clip")?.Number(Bounds.Above(0)),
            EarlyStopping = Stopping(section.Child("early_stopping")),
            ClassWeights = Weights(section.Take("class_weights"), computed),
            Seed = section.Take("seed")?.Integer(Bounds.Any),
        };

        CheckLoss(section);
        if (section.Note("fitness_metrics") is not null && section.Child("fitness_metrics") is { } metrics)
        {
            metrics.Take("primary")?.Text();
            foreach (var metric in metrics.Take("secondary")?.Items("[f1_score]") ?? [])
            {
                metric.Text();
            }

            metrics.Close();
        }

        section.Close();
        return design;
    }

    private static void Adopt(Section section, Section? older)
    {
        if (older is null)
        {
            return;
        }

        older.Place.Warn("hyper-parameters here are deprecated; a saved strategy has them under training");
        foreach (var key in HyperParameters)
        {
            if (older.Take(key) is not { } value)
            {
                continue;
            }

            if (section.Take(key) is { } here && !DocumentNode.SameContent(here.Node, value.Node))
            {
                value.Refuse($"{value} contradicts {here.Path} {here}; keep the one under training");
            }

            section.Adopt(key, value);
        }

        older.Close();
    }

    private static void CheckLoss(Section section)
    {
        const string Later = "cross_entropy is what every gate compares";
        section.Take("loss")?.Word([("cross_entropy", 0)], ("focal", Later), ("huber", Later), ("mse", Later));
        section.NotYet("focal_gamma", "it belongs to the focal loss");
        section.NotYet("huber_delta", "it belongs to the huber loss");
        section.NotYet("lr_scheduler", "the learning rate stays as it starts; leave it out");
    }

    private static (double Train, double Validation, double Test) Split(Section? section)
    {
        var part = Bounds.Above(0, 1);
        var given = (section?.Take("train"), section?.Take("validation"), section?.Take("test"));
        var read = (given.Item1?.Number(part), given.Item2?.Number(part), given.Item3?.Number(part));
        section?.Close();
        var train = read.Item1 ?? StrategyDefaults.TrainShare;
        var validation = read.Item2 ?? StrategyDefaults.ValidationShare;
        var test = read.Item3 ?? StrategyDefaults.TestShare;
        var sum = Math.Round(train + validation + test, 6);
        var readable =
            (given.Item1 is null || read.Item1 is not null)
            && (given.Item2 is null || read.Item2 is not null)
            && (given.Item3 is null || read.Item3 is not null);
        if (section is not null && readable && Math.Abs(sum - 1) > SplitTolerance)
        {
            section.Place.Refuse(
                $"{train} + {validation} + {test} is {sum}, not 1; write for example 0.7, 0.15 and 0.15"
            );
        }

        return (train, validation, test);
    }

    private static EarlyStopping? Stopping(Section? section)
    {
        if (section is null)
        {
            return null;
        }

        var enabled = section.Take("enabled")?.Flag();
        var patience = section.Take("patience")?.Integer(new Bounds(1, MostEpochs));
        var delta = section.Take("min_delta")?.Number(Bounds.AtLeast(0));
        section.Take("monitor")?.Word([("val_loss", 0)], ("val_accuracy", "the validation loss decides"));
        section.Close();
        return enabled == false
            ? null
            : new EarlyStopping(patience ?? StrategyDefaults.Patience, delta ?? StrategyDefaults.MinimumDelta);
    }

    private static bool Weights(Value? weights, Value? computed)
    {
        var (one, other) = (weights?.Flag(), computed?.Flag());
        if (one is not null && other is not null && one != other)
        {
            computed!.Refuse($"{computed} contradicts {weights!.Path} {weights}; keep class_weights");
        }

        return one ?? other ?? StrategyDefaults.ClassWeights;
    }
}
