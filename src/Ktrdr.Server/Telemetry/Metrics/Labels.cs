using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>Everything that a label may say. Each set is closed, so however many cycles run, none adds a series.</summary>
internal static class Labels
{
    /// <summary>Stands for whatever is not in a set: an old record may know a model that has no price any more.</summary>
    public const string Other = "other";

    /// <summary>How many models have a name of their own; the others of a long price list are <see cref="Other"/>.</summary>
    public const int MostModels = 8;

    public static IReadOnlyList<string> CycleOutcomes { get; } = ["completed", "refused", "failed", "cancelled"];

    public static IReadOnlyList<string> Phases { get; } = [.. Phase.All.Select(phase => phase.Name)];

    /// <summary>The phases that ask a language model.</summary>
    public static IReadOnlyList<string> AskingPhases { get; } = [Phase.Designing.Name, Phase.Assessing.Name];

    public static IReadOnlyList<string> Gates { get; } = ["training", "backtest"];

    /// <summary>The type of the work that a gate judges.</summary>
    public static string WorkOf(string gate) => gate == "training" ? OperationTypes.Training : OperationTypes.Backtest;

    public static IReadOnlyList<string> GateResults { get; } = ["pass", "fail", "bypassed"];

    /// <summary>The checks of the gates, by what a verdict calls them.</summary>
    public static IReadOnlyDictionary<string, (string Gate, string Check)> Checks { get; } =
        new Dictionary<string, (string, string)>
        {
            ["accuracy"] = ("training", "accuracy"),
            ["loss"] = ("training", "final_loss"),
            ["loss_decrease"] = ("training", "loss_decrease"),
            ["win_rate"] = ("backtest", "win_rate"),
            ["drawdown"] = ("backtest", "max_drawdown"),
            ["sharpe"] = ("backtest", "sharpe_ratio"),
        };

    public static IReadOnlyList<string> Directions { get; } = ["input", "output", "cache_read", "cache_write"];

    /// <summary>How a request to a language model came out: with a reply, without one and not billed, or nobody knows.</summary>
    public static IReadOnlyList<string> RequestOutcomes { get; } = ["answered", "not_billed", "unknown"];

    public static IReadOnlyList<string> Types => OperationTypes.All;

    public static IReadOnlyList<string> Roles => OperationsSettings.Roles;

    public static IReadOnlyList<string> LiveStatuses { get; } = ["pending", "running"];

    public static IReadOnlyList<string> Ends { get; } = ["completed", "failed", "cancelled"];

    /// <summary>How a cycle came out.</summary>
    public static string OutcomeOf(EndedOperation cycle) =>
        cycle switch
        {
            { Status: OperationStatus.Failed, ErrorCode: "training_gate_failed" or "backtest_gate_failed" } =>
                "refused",
            _ => OperationViews.NameOf(cycle.Status),
        };

    public static string TypeOf(string type) => Types.Contains(type) ? type : Other;
}
