namespace Ktrdr.Core;

/// <summary>Trains a network by mini-batches, on the caller's thread.</summary>
public static class Trainer
{
    /// <summary>Trains a network; the one given stays as it is.</summary>
    /// <remarks>The seed decides the order of rows (its stream <c>shuffle</c>) and which units drop out (<c>dropout</c>);
    /// the same network, rows, plan and seed give the same weights, to the last bit.</remarks>
    /// <param name="network">Where training starts.</param>
    /// <param name="training">Rows to learn from, at least one.</param>
    /// <param name="validation">Rows that are only looked at; early stopping needs at least one.</param>
    /// <param name="plan">How to train.</param>
    /// <param name="seed">Decides whatever chance decides.</param>
    /// <param name="report">Told of every epoch when it ends.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public static TrainingOutcome Train(
        Network network,
        LabelledRows training,
        LabelledRows validation,
        TrainingPlan plan,
        Seed seed,
        Action<EpochProgress> report,
        CancellationToken cancellationToken
    ) => Train(network, training, validation, plan, seed, report, null, Kernels.Best, cancellationToken);

    /// <summary>Trains a network, leaving checkpoints on the way and going on from one; the weights are the same to the last bit
    /// as without.</summary>
    /// <param name="network">Where training starts; where a checkpoint goes on it decides no more than the shape.</param>
    /// <param name="training">Rows to learn from, at least one.</param>
    /// <param name="validation">Rows that are only looked at; early stopping needs at least one.</param>
    /// <param name="plan">How to train.</param>
    /// <param name="seed">Decides whatever chance decides.</param>
    /// <param name="report">Told of every epoch when it ends, not of those before the checkpoint.</param>
    /// <param name="checkpoints">Where to go on from, and when to leave another.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public static TrainingOutcome Train(
        Network network,
        LabelledRows training,
        LabelledRows validation,
        TrainingPlan plan,
        Seed seed,
        Action<EpochProgress> report,
        Checkpointing? checkpoints,
        CancellationToken cancellationToken
    ) => Train(network, training, validation, plan, seed, report, checkpoints, Kernels.Best, cancellationToken);

    internal static TrainingOutcome Train(
        Network network,
        LabelledRows training,
        LabelledRows validation,
        TrainingPlan plan,
        Seed seed,
        Action<EpochProgress> report,
        Checkpointing? checkpoints,
        Kernels kernels,
        CancellationToken cancellationToken
    )
    {
        Check(network.Shape, training, validation, plan);
        var run = new TrainingRun(network, training, plan, seed, kernels);
        var validator = new Evaluation(run.Forward, network.Shape.Outputs);
        var best = new BestWeights(plan.EarlyStopping);
        var epochs = new List<EpochProgress>();
        if (checkpoints?.From is { } from)
        {
            run.GoOnFrom(from);
            best.GoOnFrom(from);
            epochs.AddRange(from.Epochs);
        }

        TrainingCheckpoint? unkept = null;
        var initialLoss = checkpoints?.From?.InitialLoss ?? validator.Of(training).Loss;
        for (var epoch = epochs.Count + 1; epoch <= plan.Epochs && !best.RanOut; epoch++)
        {
            var (loss, hits) = (0d, 0);
            run.StartEpoch();
            for (var start = 0; start < training.Count; start += plan.BatchSize)
            {
                StopIfAsked();
                var count = Math.Min(plan.BatchSize, training.Count - start);
                var batch = run.Step(start, count);
                RefuseDivergence(epoch, plan, batch.Loss);
                loss += batch.Loss * count;
                hits += batch.Hits;
            }

            var (validationLoss, validationAccuracy) =
                validation.Count == 0 ? (double.NaN, double.NaN) : validator.Of(validation);
            var progress = new EpochProgress(
                epoch,
                loss / training.Count,
                (double)hits / training.Count,
                validationLoss,
                validationAccuracy
            );
            epochs.Add(progress);
            if (validation.Count > 0)
            {
                RefuseDivergence(epoch, plan, validationLoss);
            }

            best.Offer(epoch, validationLoss, run.Parameters);
            report(progress);
            if (checkpoints is not null && epoch < plan.Epochs && !best.RanOut)
            {
                unkept = run.Checkpoint(initialLoss, epochs, best);
                if (epoch % checkpoints.Every == 0 && checkpoints.IsDue())
                {
                    Keep();
                }
            }
        }

        best.Restore(run.Parameters);
        var finalLoss = validator.Of(training).Loss;
        RefuseDivergence(best.Epoch, plan, finalLoss);
        return new TrainingOutcome
        {
            Network = run.Network(),
            InitialLoss = initialLoss,
            FinalLoss = finalLoss,
            KeptEpoch = best.Epoch,
            Epochs = epochs,
            InstructionSet = kernels.Name,
        };

        void StopIfAsked()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Keep();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        void Keep()
        {
            if (unkept is { } checkpoint)
            {
                unkept = null;
                checkpoints!.Keep(checkpoint);
            }
        }
    }

    private static void Check(NetworkShape shape, LabelledRows training, LabelledRows validation, TrainingPlan plan)
    {
        plan.Check(shape.Outputs);
        training.CheckFor(shape, nameof(training));
        validation.CheckFor(shape, nameof(validation));
        if (training.Count == 0)
        {
            throw new ArgumentException("There are no training rows, so nothing can be learned.", nameof(training));
        }

        if (validation.Count == 0 && plan.EarlyStopping is not null)
        {
            throw new ArgumentException(
                "There are no validation rows, which early stopping goes by. Give some, or train without it.",
                nameof(validation)
            );
        }
    }

    private static void RefuseDivergence(int epoch, TrainingPlan plan, double loss)
    {
        if (!double.IsFinite(loss))
        {
            throw new TrainingDivergedException(epoch, plan.LearningRate, loss);
        }
    }
}
