using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The second phase: a strategy becomes a model and a training report, from learning bars alone.</summary>
/// <remarks>Leaves a checkpoint every few epochs, but not every few milliseconds, and when it is stopped, so that another attempt goes on from there and ends with the same weights.</remarks>
public sealed class TrainingWorker(
    IBarSource bars,
    IStrategyShelf strategies,
    IModelShelf models,
    ICheckpointShelf checkpoints,
    ResearchOptions options,
    IScript script,
    TimeProvider time
) : IWorker<TrainingOrder, TrainingResult>, IPublisher<TrainingOrder, TrainingResult>
{
    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_betweenCheckpoints = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<TrainingResult> RunAsync(
        TrainingOrder order,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        if (order.Provider == Providers.Scripted)
        {
            await script.PerformAsync(work, cancellationToken);
            return Result(order, script.Training, path: null, identity: null);
        }

        var strategy = await strategies.GetAsync(order.StrategyIdentity, cancellationToken);
        await work.SetMetadataAsync(OperationFacts.Of(strategy), cancellationToken);
        var market = await ReadAsync(strategy, cancellationToken);
        var seed = new Seed(strategy.Training.Seed ?? order.Seed);

        var learned = await UntilCancelledAsync(
            Task.Run(() => LearnAsync(strategy, market, seed, order, work, cancellationToken), cancellationToken),
            cancellationToken
        );
        var model = new TrainedModel
        {
            StrategyName = order.StrategyName,
            StrategyHash = StrategyHash.Of(strategy),
            StrategyIdentity = order.StrategyIdentity,
            Symbol = market.Symbol,
            Timeframe = market.BaseTimeframe.Name,
            WindowHash = market.Hash,
            Seed = seed.Value,
            InstructionSet = learned.Outcome.InstructionSet,
            Shape = learned.Lesson.Shape,
            Weights = learned.Outcome.Network.Weights.ToArray(),
            Features = learned.Lesson.Columns,
            Report = learned.Report,
        };
        var identity = await models.PutAsync(model, cancellationToken);
        var path = await work.TakeNameAsync(
            "model",
            Versions(order.StrategyName, market.BaseTimeframe),
            cancellationToken
        );
        checkpoints.Remove(work.OperationId);
        return Result(order, learned.Report, path, identity);
    }

    /// <inheritdoc/>
    public Task PublishAsync(TrainingOrder order, TrainingResult result, CancellationToken cancellationToken) =>
        result is { ModelIdentity: { } identity, ModelPath: { } path }
            ? models.PublishAsync(identity, path, cancellationToken)
            : Task.CompletedTask;

    private async Task<MarketWindow> ReadAsync(StrategyDocument strategy, CancellationToken cancellationToken)
    {
        using var span = Tracing.Begin(Spans.TrainingData);
        var market = await bars.ReadAsync(
            strategy.Data.Symbol,
            strategy.Data.BaseTimeframe,
            strategy.Data.Timeframes,
            Window.Learning,
            cancellationToken
        );
        Spans.Say(("symbol", market.Symbol), ("timeframe", market.BaseTimeframe.Name), ("bars", market.Base.Count));
        return market;
    }

    private IEnumerable<string> Versions(string name, Timeframe timeframe)
    {
        for (var version = 1; ; version++)
        {
            if (!models.Exists(name, timeframe, version))
            {
                yield return models.PathOf(name, timeframe, version);
            }
        }
    }

    /// <summary>The arithmetic notices a cancellation between batches and leaves a checkpoint then, which is waited for. Where it takes
    /// longer, say while it builds features, it is not: what it makes is thrown away.</summary>
    private async Task<T> UntilCancelledAsync<T>(Task<T> learning, CancellationToken cancellationToken)
    {
        try
        {
            return await learning.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ((Task)learning)
                .WaitAsync(s_lastWords, time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task<(Lesson Lesson, TrainingOutcome Outcome, TrainingReport Report)> LearnAsync(
        StrategyDocument strategy,
        MarketWindow market,
        Seed seed,
        TrainingOrder order,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        work.Report(0, "Building features and labels");
        var lesson = Lesson.Prepare(strategy, market, order.Start, order.End, Tracing.Begin);
        var plan = TrainingPlan.From(strategy.Training, strategy.Model);
        var network = Network.Initial(lesson.Shape, seed);
        var checkpointing = await CheckpointingAsync(
            TrainingFingerprint.Of(network, lesson.Training, lesson.Validation, plan, seed),
            work,
            cancellationToken
        );
        var outcome = Teach();
        return (lesson, outcome, lesson.Report(outcome, market));

        TrainingOutcome Teach()
        {
            using var span = Tracing.Begin(Spans.TrainingEpochs);
            var taught = Trainer.Train(
                network,
                lesson.Training,
                lesson.Validation,
                plan,
                seed,
                epoch =>
                {
                    Spans.Epoch(span, epoch, plan.Epochs);
                    work.Report(
                        100.0 * epoch.Epoch / plan.Epochs,
                        $"Epoch {epoch.Epoch} of {plan.Epochs}",
                        new Dictionary<string, object?>
                        {
                            ["epoch"] = epoch.Epoch,
                            ["epochs"] = plan.Epochs,
                            ["loss"] = Math.Round(epoch.TrainingLoss, 6),
                            ["validation_loss"] = Math.Round(epoch.ValidationLoss, 6),
                        }
                    );
                },
                checkpointing,
                cancellationToken
            );
            Spans.Say(("epochs", taught.Epochs.Count), ("kept_epoch", taught.KeptEpoch));
            return taught;
        }
    }

    /// <summary>Where training goes on, which the history is told, and how it leaves more.</summary>
    private async Task<Checkpointing?> CheckpointingAsync(
        string fingerprint,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        if (options.CheckpointEpochs == 0)
        {
            return null;
        }

        var from = checkpoints.Find(work.OperationId, fingerprint) ?? Inherited(fingerprint, work);
        if (from is not null || work.Attempt > 1)
        {
            await work.SetMetadataAsync(
                new Dictionary<string, object?> { ["resumed_after_epoch"] = from?.Epochs.Count },
                cancellationToken
            );
        }

        // Where epochs are short, writing them down would take longer than doing them again.
        long? last = null;
        return new Checkpointing(
            from,
            options.CheckpointEpochs,
            checkpoint =>
            {
                checkpoints.Put(work.OperationId, fingerprint, checkpoint);
                last = time.GetTimestamp();
            }
        )
        {
            IsDue = () => last is not { } kept || time.GetElapsedTime(kept) >= s_betweenCheckpoints,
        };
    }

    /// <summary>The checkpoint that an ended training left for this one, which is its own from now on.</summary>
    private TrainingCheckpoint? Inherited(string fingerprint, IWorkContext work)
    {
        if (work.Resumes is not { } earlier || checkpoints.Find(earlier, fingerprint) is not { } left)
        {
            return null;
        }

        checkpoints.Put(work.OperationId, fingerprint, left);
        checkpoints.Remove(earlier);
        return left;
    }

    private static TrainingResult Result(TrainingOrder order, TrainingReport report, string? path, string? identity)
    {
        Spans.Say(
            ("strategy_name", order.StrategyName),
            ("accuracy", report.Accuracy),
            ("initial_loss", report.InitialLoss),
            ("final_loss", report.FinalLoss)
        );
        return new()
        {
            Accuracy = report.Accuracy,
            InitialLoss = report.InitialLoss,
            FinalLoss = report.FinalLoss,
            ModelPath = path,
            ModelIdentity = identity,
            Report = report,
        };
    }
}
