namespace Ktrdr.Research;

/// <summary>What a model must reach to be worth a backtest.</summary>
public sealed record TrainingGateLimits
{
    /// <summary>Smallest accuracy on test rows, a fraction. Default 0.45.</summary>
    public double MinimumAccuracy { get; init; } = 0.45;

    /// <summary>Largest final loss on training rows, in nats. Default 0.8.</summary>
    public double MaximumLoss { get; init; } = 0.8;

    /// <summary>Smallest fall of the training loss, a fraction of the initial loss. Default 0.2.</summary>
    public double MinimumLossDecrease { get; init; } = 0.2;
}

/// <summary>Is the model worth a backtest? A pure function of the report; every check is kept.</summary>
public static class TrainingGate
{
    /// <summary>Judges a training. A bound passes; a missing number never does.</summary>
    public static Verdict Judge(TrainingReport report, TrainingGateLimits limits) =>
        new(
            "training",
            [
                GateCheck.AtLeast(
                    "accuracy",
                    report.Accuracy,
                    limits.MinimumAccuracy,
                    Figure.Percent,
                    "accuracy_below_threshold"
                ),
                GateCheck.AtMost("loss", report.FinalLoss, limits.MaximumLoss, Figure.Plain, "loss_too_high"),
                GateCheck.AtLeast(
                    "loss_decrease",
                    report.LossDecrease,
                    limits.MinimumLossDecrease,
                    Figure.Percent,
                    "insufficient_loss_decrease"
                ),
            ]
        );
}
