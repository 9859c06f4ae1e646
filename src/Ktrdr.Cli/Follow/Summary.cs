using System.Globalization;
using System.Text.Json.Nodes;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>What a person takes home when an operation has ended: outcome, figures and the files left behind.</summary>
internal static class Summary
{
    /// <summary>The lines of the summary.</summary>
    public static IEnumerable<string> Of(Snapshot end)
    {
        var root = end.Root;
        var facts = root.Metadata;
        var training = ResultOf(end, "training");
        var backtest = ResultOf(end, "backtesting");
        var performance = (backtest?["report"] as JsonObject)?["metrics"] as JsonObject;

        yield return "";
        if (end.Caveat is { } caveat)
        {
            yield return caveat;
        }

        var lines = Columns.Facts(
            ("Outcome", Outcome(end)),
            ("Why", root.ErrorMessage),
            ("Next", root.Next),
            ("Strategy", Strategy(facts)),
            ("Market", Market(end)),
            ("Seed", root.Seed?.ToString(CultureInfo.InvariantCulture)),
            ("Verdict", Words.TextIn(facts, "assessment_verdict")),
            (
                "Accuracy",
                training is null ? null : $"{Words.Percent(Words.NumberIn(training, "accuracy"))} of the test rows"
            ),
            ("Loss", training is null ? null : Loss(training)),
            ("Sharpe", backtest is null ? null : Words.Number(Words.NumberIn(backtest, "sharpe_ratio"))),
            ("Win rate", backtest is null ? null : Words.Percent(Words.NumberIn(backtest, "win_rate"))),
            ("Drawdown", backtest is null ? null : Words.Percent(Words.NumberIn(backtest, "max_drawdown"))),
            ("Trades", backtest is null ? null : Words.Number(Words.NumberIn(backtest, "total_trades"))),
            ("Held back", HeldBack(backtest)),
            ("Return", backtest is null ? null : Return(backtest, performance)),
            ("Files", string.Join(", ", Files(end)))
        );
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    private static string Outcome(Snapshot end)
    {
        var root = end.Root;
        var what = end.IsCycle ? "cycle" : Snapshot.PhaseOf(root);
        var took = root.DurationSeconds is { } seconds ? $" after {Words.Duration(seconds)}" : "";
        return Exit.Of(root.Status, root.ErrorCode) switch
        {
            Exit.Done => $"{what} COMPLETED{took}",
            Exit.Stopped => $"{what} CANCELLED{took}",
            Exit.TurnedAway => $"{what} FAILED{took}: turned away by a gate, which is a finding",
            Exit.BudgetExhausted => $"{what} FAILED{took}: budget exhausted",
            _ => $"{what} FAILED{took}: {root.ErrorCode ?? "a fault"}",
        };
    }

    private static JsonObject? ResultOf(Snapshot end, string type) =>
        end.Work.LastOrDefault(work => work.OperationType == type) is { } work ? Snapshot.ResultOf(work) : null;

    private static string? Strategy(JsonObject facts) =>
        Words.TextIn(facts, "strategy_name") is { } name
            ? name + (Words.TextIn(facts, "strategy_path") is { } path ? $" ({path})" : "")
            : null;

    private static string? Market(Snapshot end) =>
        Words.TextIn(end.Root.Metadata, "symbol") is { } symbol
            ? $"{symbol} {Words.TextIn(end.Root.Metadata, "timeframe")}"
                + (end.Synthetic ? "  SYNTHETIC" : "")
                + (end.Stub ? "  STUB" : "")
            : null;

    private static string Loss(JsonObject training) =>
        $"{Words.Number(Words.NumberIn(training, "initial_loss"))} → {Words.Number(Words.NumberIn(training, "final_loss"))} on the training rows";

    private static string Return(JsonObject backtest, JsonObject? performance)
    {
        var money = Words.NumberIn(backtest, "total_return");
        var fraction = Words.NumberIn(performance, "total_return_fraction");
        return (money is { } known ? known.ToString("#,0.00", CultureInfo.InvariantCulture) : "not known")
            + (fraction is null ? "" : $" ({Words.Percent(fraction)})");
    }

    /// <summary>Why nothing was traded: the filters that held signals back, the busiest first.</summary>
    private static string? HeldBack(JsonObject? backtest)
    {
        if (Words.NumberIn(backtest, "total_trades") is not 0 || backtest!["report"] is not JsonObject report)
        {
            return null;
        }

        var filters = report["filter_counts"] as JsonObject ?? [];
        var busy = filters
            .Select(filter => (Name: filter.Key, Bars: Words.NumberIn(filters, filter.Key) ?? 0))
            .Where(filter => filter.Bars > 0)
            .OrderByDescending(filter => filter.Bars)
            .Select(filter => $"{Words.Plain(filter.Name)} on {Words.Number(filter.Bars)} bars")
            .ToArray();
        return busy.Length == 0 ? "nothing: no bar said BUY or SELL" : string.Join(", ", busy);
    }

    private static IEnumerable<string> Files(Snapshot end) =>
        new[]
        {
            Words.TextIn(end.Root.Metadata, "strategy_path"),
            Words.TextIn(end.Root.Metadata, "model_path") ?? Words.TextIn(ResultOf(end, "training"), "model_path"),
            Words.TextIn(ResultOf(end, "backtesting"), "results_path"),
            Words.TextIn(ResultOf(end, "agent_assessment"), "assessment_path"),
        }
            .Where(path => !string.IsNullOrEmpty(path))
            .Select(path => path!)
            .Distinct();
}
