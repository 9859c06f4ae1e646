using System.Diagnostics;
using Ktrdr.Core;

namespace Ktrdr.Research;

/// <summary>The spans of research: what they are called, and what they say.</summary>
/// <remarks>The span of an attempt is the engine's and is the current one while its worker runs; workers add their figures to it.
/// Nothing here costs anything while nobody listens.</remarks>
public static class Spans
{
    /// <summary>A whole cycle.</summary>
    public const string Cycle = "agent.research_cycle";

    /// <summary>The first phase.</summary>
    public const string Design = "agent.phase.design";

    /// <summary>The second phase, or a training by hand.</summary>
    public const string Training = "agent.phase.training";

    /// <summary>The third phase, or a backtest by hand.</summary>
    public const string Backtest = "agent.phase.backtest";

    /// <summary>The fourth phase.</summary>
    public const string Assessment = "agent.phase.assessment";

    /// <summary>Reading the learning window.</summary>
    public const string TrainingData = "training.data_loading";

    /// <summary>Computing indicators and memberships of the learning window.</summary>
    public const string TrainingFeatures = "training.features";

    /// <summary>Computing what each bar should have taught.</summary>
    public const string TrainingLabels = "training.labels";

    /// <summary>All epochs of a training, each of at most a hundred an event.</summary>
    public const string TrainingEpochs = "training.epochs";

    /// <summary>Reading the selection window.</summary>
    public const string BacktestData = "backtest.data_loading";

    /// <summary>Computing indicators and memberships of the selection window.</summary>
    public const string BacktestFeatures = "backtest.features";

    /// <summary>Predicting, trading bar by bar, and measuring.</summary>
    public const string BacktestSimulation = "backtest.simulation";

    private const int MostEpochs = 100;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Cycle,
        Design,
        Training,
        Backtest,
        Assessment,
        TrainingData,
        TrainingFeatures,
        TrainingLabels,
        TrainingEpochs,
        BacktestData,
        BacktestFeatures,
        BacktestSimulation,
    ];

    /// <summary>Adds figures to the current span. One that is no number is left out, and so is a null.</summary>
    internal static void Say(params ReadOnlySpan<(string Name, object? Value)> facts)
    {
        if (Activity.Current is not { IsAllDataRequested: true } span)
        {
            return;
        }

        foreach (var (name, value) in facts)
        {
            if (value is not (null or double.NaN))
            {
                span.SetTag(name, value);
            }
        }
    }

    /// <summary>Tells the cycle's span how a gate judged, with every figure and its bound.</summary>
    /// <param name="verdict">The judgement.</param>
    /// <param name="result"><c>pass</c>, <c>fail</c> or <c>bypassed</c>.</param>
    internal static void Judged(Verdict verdict, string result)
    {
        if (Activity.Current is not { IsAllDataRequested: true } span)
        {
            return;
        }

        var facts = new ActivityTagsCollection
        {
            ["gate.name"] = verdict.Gate,
            ["gate.passed"] = verdict.Passed,
            ["gate.result"] = result,
            ["gate.reason"] = verdict.Reason,
        };
        foreach (var check in verdict.Checks)
        {
            if (!double.IsNaN(check.Value))
            {
                facts[$"gate.{check.Name}.value"] = check.Value;
            }

            facts[$"gate.{check.Name}.bound"] = check.Bound;
        }

        span.AddEvent(new ActivityEvent("gate", tags: facts));
    }

    /// <summary>Says that a gate turned the idea away: a finding, and nothing broken.</summary>
    internal static void Refused() => Activity.Current?.SetTag("outcome", "refused");

    /// <summary>Tells a span of an epoch, or not: of many only some, evenly spread, and the last.</summary>
    internal static void Epoch(Activity? span, EpochProgress epoch, int epochs)
    {
        var step = (epochs + MostEpochs - 1) / MostEpochs;
        if (span is null || (epoch.Epoch % step != 0 && epoch.Epoch != epochs))
        {
            return;
        }

        span.AddEvent(
            new ActivityEvent(
                "epoch",
                tags: new ActivityTagsCollection
                {
                    ["epoch"] = epoch.Epoch,
                    ["training_loss"] = epoch.TrainingLoss,
                    ["validation_loss"] = epoch.ValidationLoss,
                }
            )
        );
    }
}
