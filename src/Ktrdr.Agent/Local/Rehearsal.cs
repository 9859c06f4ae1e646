using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>Works an idea out on learning bars: fits its sets, trains it as a cycle would, and trades the rows it was not
/// fitted to.</summary>
internal sealed class Rehearsal(MarketWindow market, MarketOnHand onHand, Seed seed)
{
    /// <summary>Share of the learning bars that fuzzy sets are fitted to; training rows are never later.</summary>
    private const double FittedShare = 0.7;

    /// <summary>Turns an idea into a strategy, or null when a column of it hardly moves here.</summary>
    /// <param name="idea">What to try.</param>
    /// <param name="name">The name wished for.</param>
    public StrategyDocument? Write(Idea idea, string name)
    {
        var fitted = (int)(market.Base.Count * FittedShare);
        var sets = new List<FuzzySet>();
        foreach (var column in idea.Indicators)
        {
            var values = column.Definition.Over(market.Base, column.Settings)[column.Output];
            var output = column.Definition.Outputs[column.Output];
            if (FuzzyFit.Sets(values.AsSpan(0, fitted), output) is not { } memberships)
            {
                return null;
            }

            sets.Add(
                new FuzzySet(
                    $"{column.Id}_zone",
                    new IndicatorReference(column.Id, output.Name, column.Output),
                    memberships
                )
            );
        }

        return new StrategyDocument
        {
            Name = name,
            Description = Words.Describe(idea, onHand),
            Hypothesis = Words.Hypothesis(idea),
            Tags = ["local", .. idea.Indicators.Select(column => column.Definition.Type)],
            Data = new TrainingData
            {
                Symbol = market.Symbol,
                Timeframes = [market.BaseTimeframe],
                BaseTimeframe = market.BaseTimeframe,
            },
            Indicators =
            [
                .. idea.Indicators.Select(column => new StrategyIndicator(
                    column.Id,
                    column.Definition,
                    column.Settings
                )),
            ],
            FuzzySets = sets,
            Inputs = [.. sets.Select(set => new NetworkInput.Fuzzy(set.Id, [market.BaseTimeframe]))],
            Model = new NetworkDesign { HiddenLayers = idea.Hidden, Dropout = 0 },
            Decisions = new DecisionRules
            {
                ConfidenceThreshold = 0,
                AllowShortFromFlat = idea.AllowShort,
                MinimumSignalSeparation = 0,
            },
            Exits = idea.Labels is LabelRules.TripleBarrier barriers
                ? new ExitRules
                {
                    Kind = ExitKind.Barriers,
                    TakeProfitAtr = barriers.ProfitMultiplier,
                    StopAtr = barriers.StopMultiplier,
                    AtrPeriod = barriers.VolatilitySpan,
                    MaxBars = barriers.MaxHoldingBars,
                }
                : new ExitRules { Kind = ExitKind.Opposite },
            Training = new TrainingDesign
            {
                Labels = idea.Labels,
                Epochs = idea.Epochs,
                BatchSize = 64,
            },
        };
    }

    /// <summary>Trains a strategy and says how it would fare; its confidence threshold is set on the way.</summary>
    /// <returns>Null when it cannot be taught here: too few rows, or a training that diverges.</returns>
    /// <param name="strategy">What <see cref="Write"/> wrote.</param>
    /// <param name="actingShare">Share of the validation bars that should act.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public Candidate? Perform(StrategyDocument strategy, double actingShare, CancellationToken cancellationToken)
    {
        try
        {
            return Teach(strategy, actingShare, cancellationToken);
        }
        catch (Exception unfit) when (unfit is OperationFailedException or TrainingDivergedException)
        {
            // Among many ideas, one that does not suit these bars is passed over. A cycle asked for it would fail.
            return null;
        }
    }

    private Candidate Teach(StrategyDocument strategy, double actingShare, CancellationToken cancellationToken)
    {
        var lesson = Lesson.Prepare(strategy, market, start: null, end: null);
        var outcome = Trainer.Train(
            Network.Initial(lesson.Shape, seed),
            lesson.Training,
            lesson.Validation,
            TrainingPlan.From(strategy.Training, strategy.Model),
            seed,
            _ => { },
            cancellationToken
        );
        var features = FeatureAssembly.Build(strategy, market);
        var first = lesson.ValidationBars[0];
        var count = market.Base.Count - first;
        var probabilities = Predictions.Of(outcome.Network, features, lesson.Columns, first, count);
        var ready = strategy with
        {
            Decisions = strategy.Decisions with
            {
                ConfidenceThreshold = Threshold(
                    probabilities.AsSpan(0, (lesson.ValidationBars[^1] - first) * 3),
                    actingShare
                ),
            },
        };
        var simulation = Simulator.Run(
            new SimulationInput
            {
                Bars = market.Base,
                First = first,
                Count = count,
                Probabilities = probabilities,
                Decisions = ready.Decisions,
                Exits = ready.Exits,
                Costs = Costs.For(market.Kind, Spreads.IsValid(market.TypicalSpread)),
                PositionFraction = ready.PositionFraction,
                TypicalSpread = market.TypicalSpread,
            }
        );
        return new Candidate(ready, lesson.Report(outcome, market), PerformanceMetrics.Measure(simulation));
    }

    /// <summary>The confidence that some share of the validation bars reaches, to three digits.</summary>
    private static double Threshold(ReadOnlySpan<float> probabilities, double actingShare)
    {
        var confidences = new List<float>(probabilities.Length / 3);
        for (var at = 0; at < probabilities.Length; at += 3)
        {
            var most = Math.Max(probabilities[at], Math.Max(probabilities[at + 1], probabilities[at + 2]));
            if (!float.IsNaN(most))
            {
                confidences.Add(most);
            }
        }

        confidences.Sort();
        return confidences.Count == 0
            ? 0.5
            : Math.Round(confidences[(int)((confidences.Count - 1) * (1 - actingShare))], 3);
    }
}
