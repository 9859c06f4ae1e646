using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Client;

namespace Ktrdr.Cli.Tests;

/// <summary>Trees of operations as a server would tell of them, with times in seconds after noon.</summary>
internal static class Trees
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A cycle of a hundred seconds that lost a process on the way and that the second gate turned away.</summary>
    public static WorkTree Refused()
    {
        var cycle = Work("op_agent_research_1", "agent_research", "failed", created: 0, started: 0, seconds: 100) with
        {
            Metadata = (JsonObject)
                JsonNode.Parse(
                    """
                    {"training_gate": {"gate": "training", "passed": true, "result": "pass", "reason": "passed", "checks": [
                        {"name": "accuracy", "value": 0.523, "bound": 0.45, "at_least": true, "passed": true}]},
                     "backtest_gate": {"gate": "backtest", "passed": false, "result": "fail",
                        "reason": "win_rate_too_low (38.5% < 45%)", "checks": [
                        {"name": "win_rate", "value": 0.385, "bound": 0.45, "at_least": true, "passed": false}]}}
                    """
                )!,
        };
        return new WorkTree(
            cycle,
            [Happened("created", 0, "{}"), Happened("claimed", 0, """{"attempt":1,"crashes":0,"node":"one"}""")],
            [],
            null,
            [
                new WorkTree(
                    Work("op_agent_design_1", "agent_design", "completed", created: 0, started: 0, seconds: 10) with
                    {
                        ResultSummary = Json("""{"strategy_name": "rsi_1h"}"""),
                    },
                    [Happened("claimed", 0, """{"attempt":1}""")],
                    [Bought(4_000, 345, 8_000, 600, 0.0302m), Bought(0, 0, 0, 78, 0.001m)],
                    null,
                    []
                ),
                new WorkTree(
                    Work("op_training_1", "training", "completed", created: 10, started: 20, seconds: 60) with
                    {
                        Attempt = 2,
                        Crashes = 1,
                        ResultSummary = Json("""{"accuracy": 0.523, "initial_loss": 1.1, "final_loss": 0.62}"""),
                    },
                    [
                        Happened("claimed", 20, """{"attempt":1,"node":"one"}"""),
                        Happened(
                            "lost",
                            50,
                            """{"attempt":1,"node":"one","crashes":1,"seen_at":"2026-01-01T12:00:40.0000000Z"}"""
                        ),
                        Happened("claimed", 60, """{"attempt":2,"node":"two"}"""),
                        Happened("completed", 80, "{}"),
                    ],
                    [],
                    Gate.In(cycle.Metadata, "training_gate"),
                    []
                ),
                new WorkTree(
                    Work("op_backtesting_1", "backtesting", "completed", created: 80, started: 80, seconds: 20) with
                    {
                        ResultSummary = Json(
                            """{"sharpe_ratio": 0.4, "win_rate": 0.385, "max_drawdown": 0.12, "total_trades": 80}"""
                        ),
                    },
                    [Happened("claimed", 80, """{"attempt":1}""")],
                    [],
                    Gate.In(cycle.Metadata, "backtest_gate"),
                    []
                ),
            ]
        );
    }

    public static WorkTree Alone(OperationView work, params EventView[] history) => new(work, history, [], null, []);

    public static EventView Happened(string kind, double second, string body) =>
        new()
        {
            OperationId = "op_any",
            Number = 1,
            At = Noon.AddSeconds(second),
            Kind = kind,
            Body = JsonNode.Parse(body)!.AsObject(),
        };

    private static CallView Bought(long input, long cacheWrite, long cacheRead, long output, decimal dollars) =>
        new()
        {
            OperationId = "op_agent_design_1",
            CycleId = "op_agent_research_1",
            At = Noon,
            Phase = "designing",
            Model = "opus",
            Outcome = "settled",
            Reserved = dollars,
            Settled = dollars,
            InputTokens = input,
            OutputTokens = output,
            CacheReadTokens = cacheRead,
            CacheWriteTokens = cacheWrite,
        };

    public static OperationView Work(
        string id,
        string type,
        string status,
        double created,
        double? started,
        double? seconds
    ) =>
        new()
        {
            OperationId = id,
            OperationType = type,
            ParentOperationId = null,
            Status = status,
            CreatedAt = Noon.AddSeconds(created),
            StartedAt = started is { } begun ? Noon.AddSeconds(begun) : null,
            CompletedAt = status is "pending" or "running" ? null : Noon.AddSeconds(started!.Value + seconds!.Value),
            DurationSeconds = seconds,
            Progress = Progress(0, ""),
            Metadata = [],
            ResultSummary = null,
            ErrorCode = null,
            ErrorMessage = null,
            Next = null,
            Attempt = 1,
            Seed = null,
            TraceId = null,
        };

    public static ProgressView Progress(double percentage, string step) =>
        new()
        {
            Percentage = percentage,
            CurrentStep = step,
            Context = [],
        };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();
}
