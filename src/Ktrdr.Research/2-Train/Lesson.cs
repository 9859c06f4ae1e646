using System.Runtime.InteropServices;
using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Research;

/// <summary>The rows a strategy is taught with: features and labels of the learning window, split by time and purged.</summary>
/// <remarks>The designer scores its candidates on the same lesson that training uses, so both mean the same rows.</remarks>
public sealed class Lesson
{
    /// <summary>Fewest training rows that a network is taught with.</summary>
    public const int FewestRows = 100;

    private readonly ChronologicalSplit _split;
    private readonly Bars _bars;
    private readonly int _dropped;

    private Lesson(
        ChronologicalSplit split,
        Bars bars,
        int dropped,
        IReadOnlyList<FeatureColumn> columns,
        NetworkShape shape,
        LabelledRows training,
        LabelledRows validation,
        LabelledRows test
    ) =>
        (_split, _bars, _dropped, Columns, Shape, Training, Validation, Test) = (
            split,
            bars,
            dropped,
            columns,
            shape,
            training,
            validation,
            test
        );

    /// <summary>The network's inputs, scaled by what the training rows show.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>The shape of a network for these rows.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Rows that weights are fitted to.</summary>
    public LabelledRows Training { get; }

    /// <summary>Rows that decide when to stop.</summary>
    public LabelledRows Validation { get; }

    /// <summary>Rows that nothing was fitted to.</summary>
    public LabelledRows Test { get; }

    /// <summary>Base bars of the validation rows, in order.</summary>
    public IReadOnlyList<int> ValidationBars => _split.Validation;

    /// <summary>Base bars of the test rows, in order.</summary>
    public IReadOnlyList<int> TestBars => _split.Test;

    /// <summary>Builds the rows of a strategy from learning bars.</summary>
    /// <param name="strategy">What to compute.</param>
    /// <param name="market">Learning bars.</param>
    /// <param name="start">First day, or null; narrows the window.</param>
    /// <param name="end">Last day, or null; narrows the window.</param>
    /// <exception cref="OperationFailedException">Too few rows remain, or a date lies beyond the window.</exception>
    public static Lesson Prepare(StrategyDocument strategy, MarketWindow market, DateOnly? start, DateOnly? end) =>
        Prepare(strategy, market, start, end, _ => null);

    /// <summary>The same, told of by spans.</summary>
    /// <param name="strategy">What to compute.</param>
    /// <param name="market">Learning bars.</param>
    /// <param name="start">First day, or null.</param>
    /// <param name="end">Last day, or null.</param>
    /// <param name="begin">Begins a span of that name, or nothing.</param>
    internal static Lesson Prepare(
        StrategyDocument strategy,
        MarketWindow market,
        DateOnly? start,
        DateOnly? end,
        Func<string, IDisposable?> begin
    )
    {
        var range = DateRange.Within(market, start ?? strategy.Data.Start, end ?? strategy.Data.End);

        // Bars after the range are taken away before labels look ahead, not merely left untrained.
        var bars = market.Base.Slice(0, range.End);
        var (features, labels) = (Features(), Labels());
        var usable = new List<int>(range.End);
        var dropped = 0;
        for (var bar = range.Start; bar < range.End; bar++)
        {
            if (features.Usable(bar) && labels.Classes[bar] >= 0)
            {
                usable.Add(bar);
            }
            else
            {
                dropped++;
            }
        }

        var split = ChronologicalSplit.Cut(
            CollectionsMarshal.AsSpan(usable),
            labels.LookTo,
            strategy.Training.TrainShare,
            strategy.Training.ValidationShare,
            strategy.Training.TestShare
        );
        if (split.Training.Length < FewestRows || split.Validation.Length == 0 || split.Test.Length == 0)
        {
            throw new OperationFailedException(
                new OperationError(
                    "training_failed",
                    $"{market.Symbol} {market.BaseTimeframe} leaves {split.Training.Length} training, "
                        + $"{split.Validation.Length} validation and {split.Test.Length} test rows for "
                        + $"'{strategy.Name}'; at least {FewestRows}, 1 and 1 are needed.",
                    "Use more bars, shorter indicators, or a longer date range."
                )
            );
        }

        var columns = features.FitNormalization(split.Training);
        var scaled = features.Apply(columns);
        var shape = new NetworkShape(columns.Count, strategy.Model.HiddenLayers, 3, strategy.Model.Activation);
        return new Lesson(
            split,
            bars,
            dropped,
            columns,
            shape,
            Rows(split.Training),
            Rows(split.Validation),
            Rows(split.Test)
        );

        FeatureMatrix Features()
        {
            using var span = begin(Spans.TrainingFeatures);
            return FeatureAssembly.Build(strategy, market);
        }

        LabelColumn Labels()
        {
            using var span = begin(Spans.TrainingLabels);
            return LabelMaker.Label(bars, strategy.Training.Labels);
        }

        LabelledRows Rows(int[] rows) =>
            new(scaled.Select(rows), columns.Count, Array.ConvertAll(rows, bar => labels.Classes[bar]));
    }

    /// <summary>What a training on these rows amounts to.</summary>
    public TrainingReport Report(TrainingOutcome outcome, MarketWindow market)
    {
        var predicted = new int[Test.Count];
        outcome.Network.Classify(Test.Features.Span, Test.Count, predicted);
        var counts = Training.ClassCounts(Shape.Outputs);
        var score = ClassificationScore.Of(
            predicted,
            Test.Classes.Span,
            Shape.Outputs,
            Array.IndexOf(counts, counts.Max())
        );
        var warnings = new List<string>();
        if (outcome.KeptEpoch < outcome.Epochs.Count)
        {
            warnings.Add($"stopped early; the weights of epoch {outcome.KeptEpoch} were kept");
        }

        if (score.PredictedShare.Max() > 0.9)
        {
            warnings.Add(
                $"{score.PredictedShare.Max():P0} of the test rows are predicted as one class: the model hardly decides"
            );
        }

        if (score.Accuracy <= score.MajorityAccuracy)
        {
            warnings.Add(
                $"test accuracy {score.Accuracy:P1} does not beat always answering the most frequent class ({score.MajorityAccuracy:P1})"
            );
        }

        return new TrainingReport
        {
            Accuracy = score.Accuracy,
            InitialLoss = outcome.InitialLoss,
            FinalLoss = outcome.FinalLoss,
            MajorityAccuracy = score.MajorityAccuracy,
            TestLoss = CrossEntropy.Of(outcome.Network, Test),
            Precision = score.WeightedPrecision,
            Recall = score.WeightedRecall,
            F1 = score.WeightedF1,
            ClassRecall = score.Recall,
            PredictedShare = score.PredictedShare,
            Epochs =
            [
                .. outcome.Epochs.Select(epoch => new EpochFigures(
                    epoch.Epoch,
                    epoch.TrainingLoss,
                    epoch.TrainingAccuracy,
                    epoch.ValidationLoss,
                    epoch.ValidationAccuracy
                )),
            ],
            KeptEpoch = outcome.KeptEpoch,
            Parameters = Shape.ParameterCount,
            Rows = new SplitRows(Training.Count, Validation.Count, Test.Count),
            DroppedRows = _dropped,
            PurgedRows = _split.Purged,
            ClassCounts = counts,
            FirstBar = Iso.Of(_bars.Times[_split.Training[0]]),
            LastBar = Iso.Of(_bars.Times[_split.Test[^1]]),
            WindowHash = market.Hash,
            Synthetic = market.Synthetic,
            Warnings = warnings,
        };
    }
}
