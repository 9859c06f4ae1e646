using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>An operation and its children at one moment.</summary>
internal sealed record Snapshot(OperationView Root, IReadOnlyList<OperationView> Children)
{
    /// <summary>Whether the operation is a research cycle rather than work by hand.</summary>
    public bool IsCycle => Root.OperationType == "agent_research";

    /// <summary>The pieces of work to show, oldest first: the children of a cycle, or the operation itself.</summary>
    public IReadOnlyList<OperationView> Work => IsCycle ? Children : [Root];

    /// <summary>Whether the market is the program's own sample.</summary>
    public bool Synthetic => Says("synthetic");

    /// <summary>Whether the figures are the seeds' stub.</summary>
    public bool Stub => Says("stub");

    /// <summary>What nobody may miss about the figures, or null where they are of a real market.</summary>
    public string? Caveat =>
        Stub ? "STUB: every figure here was made up by the scripted stand-in; nothing was designed, trained or traded."
        : Synthetic
            ? "SYNTHETIC: the bars were made up by this program (its sample market); the figures say nothing about a real one."
        : null;

    /// <summary>What the gate after a piece of work said, or null while it has not spoken.</summary>
    public Gate? GateAfter(OperationView work) =>
        work.OperationType switch
        {
            "training" => Gate.In(Root.Metadata, "training_gate"),
            "backtesting" => Gate.In(Root.Metadata, "backtest_gate"),
            _ => null,
        };

    /// <summary>What a person calls a piece of work: its phase.</summary>
    public static string PhaseOf(OperationView work) =>
        work.OperationType switch
        {
            "agent_design" => "designing",
            "agent_assessment" => "assessing",
            var type => Words.Plain(type),
        };

    /// <summary>The few figures that sum up a piece of work that ended.</summary>
    public static string Upshot(OperationView work)
    {
        if (work.Status != "completed")
        {
            return Words.Plain(work.ErrorMessage ?? work.Status);
        }

        var result = ResultOf(work);
        return work.OperationType switch
        {
            "agent_design" => Words.TextIn(result, "strategy_name") ?? "",
            "training" => $"accuracy {Words.Percent(Words.NumberIn(result, "accuracy"))}, "
                + $"loss {Words.Number(Words.NumberIn(result, "initial_loss"))} → {Words.Number(Words.NumberIn(result, "final_loss"))}",
            "backtesting" => $"Sharpe {Words.Number(Words.NumberIn(result, "sharpe_ratio"))}, "
                + $"win rate {Words.Percent(Words.NumberIn(result, "win_rate"))}, "
                + $"drawdown {Words.Percent(Words.NumberIn(result, "max_drawdown"))}, "
                + $"{Words.Number(Words.NumberIn(result, "total_trades"))} trades",
            "agent_assessment" => Words.TextIn(result, "verdict") ?? "",
            _ => "",
        };
    }

    /// <summary>The result of a piece of work, or null while it has none.</summary>
    public static JsonObject? ResultOf(OperationView work) =>
        work.ResultSummary is { ValueKind: JsonValueKind.Object } result ? JsonObject.Create(result) : null;

    /// <summary>How far a piece of work has come, in words: epoch and losses of a training, else its step.</summary>
    public static string Standing(OperationView work)
    {
        var context = work.Progress.Context;
        if (Words.NumberIn(context, "epoch") is not { } epoch)
        {
            return Words.Plain(work.Progress.CurrentStep);
        }

        return $"epoch {epoch:0}/{Words.Number(Words.NumberIn(context, "epochs"))}  "
            + $"loss {Words.Number(Words.NumberIn(context, "loss"))}  "
            + $"validation {Words.Number(Words.NumberIn(context, "validation_loss"))}";
    }

    // A cycle says it itself; a training or backtest looked at alone says it in its report.
    private bool Says(string flag) =>
        Words.FlagIn(Root.Metadata, flag)
        || Work.Any(work => ResultOf(work)?["report"] is JsonObject report && Words.FlagIn(report, flag));
}
