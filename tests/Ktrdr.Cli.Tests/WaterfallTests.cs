using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Client;

namespace Ktrdr.Cli.Tests;

/// <summary>How a tree of operations is drawn on one axis of time.</summary>
public sealed class WaterfallTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // A hundred seconds over fifty columns: two seconds a column.
    private const int Columns = 89;

    [Fact]
    public void A_refused_cycle_shows_its_phases_in_time_with_what_each_cost_and_how_it_was_judged()
    {
        string[] expected =
        [
            "Waterfall from 2026-01-01 12:00:00Z  (░ waiting, ✗ its process died)",
            $"                0 {Many('─', 37)} 1 min 40 s",
            $"agent_research  {Many('█', 50)}  1 min 40 s  FAILED",
            $"  designing     {Many('█', 5)}{Many(' ', 45)}        10 s  COMPLETED",
            "    op_agent_design_1",
            "    2 calls, 12,345 tokens in, 678 out, $0.0312",
            "    ✓ rsi_1h",
            $"  training      {Many(' ', 5)}{Many('░', 5)}{Many('█', 9)}✗{Many('░', 10)}{Many('█', 10)}{Many(' ', 10)}   1 min 0 s  COMPLETED",
            "    op_training_1",
            "    2 attempts, 1 crash; waited 10 s before it began",
            "    +50 s       attempt 1 was lost with its process (one), last heard of at +40 s",
            "    +1 min 0 s  attempt 2 began (two)",
            "    ✓ accuracy 52.3%, loss 1.1 → 0.62",
            "    training gate passed",
            "      ✓ accuracy 52.3% ≥ 45%",
            $"  backtesting   {Many(' ', 40)}{Many('█', 10)}        20 s  COMPLETED",
            "    op_backtesting_1",
            "    ✓ Sharpe 0.4, win rate 38.5%, drawdown 12%, 80 trades",
            "    backtest gate failed: win_rate_too_low (38.5% < 45%)",
            "      ✗ win rate 38.5% ≥ 45%",
        ];

        Assert.Equal(expected, Waterfall.Lines(Refused(), s_noon.AddDays(1), Columns));
    }

    [Fact]
    public void What_runs_still_goes_on_to_now_and_says_so()
    {
        // By the server's clock, which says how long it has been running; the terminal's is an hour ahead.
        var training = Work("op_training_1", "training", "running", created: 20, started: 20, seconds: 60) with
        {
            Progress = Progress(40, "Epoch 20 of 50"),
        };
        var tree = new WorkTree(
            Work("op_agent_research_1", "agent_research", "running", created: 0, started: 0, seconds: 80) with
            {
                Progress = Progress(29, "Training model..."),
            },
            [Happened("claimed", 0, """{"attempt":1}""")],
            [],
            null,
            [new WorkTree(training, [Happened("claimed", 20, """{"attempt":1}""")], [], null, [])]
        );

        var lines = Waterfall.Lines(tree, s_noon.AddHours(1), columns: 90).ToArray();

        Assert.Equal(
            [
                "Waterfall from 2026-01-01 12:00:00Z  (▶ still at work)",
                $"                0 {Many('─', 35)} 1 min 20 s",
                $"agent_research  {Many('█', 47)}▶  1 min 20 s  RUNNING 29 %",
                $"  training      {Many(' ', 12)}{Many('█', 35)}▶   1 min 0 s  RUNNING 40 %",
                "    op_training_1",
                "    Epoch 20 of 50",
            ],
            lines
        );
    }

    [Fact]
    public void What_nobody_has_begun_has_waited_until_now()
    {
        var tree = Alone(
            Work("op_training_1", "training", "pending", created: 0, started: null, seconds: null),
            Happened("waiting", 3, """{"role":"training"}""")
        );

        var lines = Waterfall.Lines(tree, s_noon.AddSeconds(90), columns: 60).ToArray();

        Assert.Equal("Waterfall from 2026-01-01 12:00:00Z  (░ waiting)", lines[0]);
        Assert.Equal($"training  {Many('░', 39)}    PENDING", lines[2]);
        Assert.Equal("  +3.0 s  nobody who does training work was there, so it waited", lines[3]);
    }

    [Theory]
    [InlineData(20, 60)]
    [InlineData(60, 60)]
    [InlineData(80, 80)]
    [InlineData(null, 100)]
    [InlineData(400, 140)]
    public void Bars_fill_the_terminal_and_no_more(int? columns, int width)
    {
        var drawn = Waterfall.Lines(Refused(), s_noon, columns).Where(line => line.Contains('█')).ToArray();

        Assert.Equal(width, drawn.Max(line => line.Length));
    }

    [Fact]
    public void However_short_a_phase_is_it_is_seen()
    {
        var tree = new WorkTree(
            Work("op_agent_research_1", "agent_research", "completed", created: 0, started: 0, seconds: 3600),
            [Happened("claimed", 0, """{"attempt":1}""")],
            [],
            null,
            [
                Alone(
                    Work(
                        "op_agent_assessment_1",
                        "agent_assessment",
                        "completed",
                        created: 3600,
                        started: 3600,
                        seconds: 0
                    ),
                    Happened("claimed", 3600, """{"attempt":1}""")
                ),
            ]
        );

        var lines = Waterfall.Lines(tree, s_noon, columns: 80).ToArray();

        Assert.EndsWith("  █       0 ms  COMPLETED", lines[3]);
        Assert.Single(lines[3], column => column == '█');
    }

    [Fact]
    public void Everything_that_happened_on_the_way_is_told_with_its_time()
    {
        var tree = Alone(
            Work("op_training_1", "training", "cancelled", created: 0, started: 1, seconds: 9) with
            {
                Attempt = 3,
                CompletedAt = s_noon.AddSeconds(10),
            },
            Happened("claimed", 1, """{"attempt":1,"node":"one"}"""),
            Happened("handed_back", 2, """{"attempt":1}"""),
            Happened("claimed", 4, """{"attempt":2,"node":"two"}"""),
            Happened("lost", 6, """{"attempt":2,"node":"two","seen_at":null}"""),
            Happened("refused_write", 7, """{"write":"progress","attempt":2,"current_attempt":2}"""),
            Happened("claimed", 8, """{"attempt":3,"node":"three"}"""),
            Happened("cancel_requested", 9.5, """{"reason":"enough"}"""),
            Happened("cancelled", 10, "{}")
        );

        Assert.Equal(
            [
                "  3 attempts; waited 1.0 s before it began",
                "  +2.0 s  attempt 1 handed it back",
                "  +4.0 s  attempt 2 began (two)",
                "  +6.0 s  attempt 2 was lost with its process (two)",
                "  +7.0 s  attempt 2 was no longer the one at work: its progress was refused",
                "  +8.0 s  attempt 3 began (three)",
                "  +9.5 s  a stop was asked for: enough",
            ],
            Waterfall.Lines(tree, s_noon, columns: 80).Skip(3)
        );
    }

    [Fact]
    public void Of_very_many_happenings_the_last_are_told()
    {
        var tree = Alone(
            Work("op_training_1", "training", "running", created: 0, started: 0, seconds: 100) with
            {
                Attempt = 101,
            },
            [
                .. Enumerable
                    .Range(0, 100)
                    .Select(number => Happened("handed_back", number, $$"""{"attempt":{{number}}}""")),
            ]
        );

        var told = Waterfall.Lines(tree, s_noon, columns: 80).Where(line => line.Contains("handed it back")).ToArray();

        Assert.Equal(8, told.Length);
        Assert.EndsWith("attempt 99 handed it back", told[^1]);
        Assert.Contains("  92 earlier ones are left out", Waterfall.Lines(tree, s_noon, columns: 80));
    }

    [Fact]
    public void A_phase_that_failed_says_why_and_what_to_do()
    {
        var cycle = Refused() with
        {
            Children =
            [
                Alone(
                    Work("op_training_1", "training", "failed", created: 0, started: 0, seconds: 5) with
                    {
                        ErrorCode = "disk_full",
                        ErrorMessage = "Cannot write \u001b[2J/home/ktrdr.db",
                        Next = "Make room on that disk.",
                    },
                    Happened("claimed", 0, """{"attempt":1}""")
                ),
            ],
        };

        var lines = Waterfall.Lines(cycle, s_noon, columns: 80).ToArray();

        Assert.Contains("    ✗ Cannot write [2J/home/ktrdr.db", lines);
        Assert.Contains("      Make room on that disk.", lines);
    }

    [Fact]
    public void A_gate_over_work_that_an_earlier_cycle_did_is_shown_all_the_same()
    {
        var lines = Waterfall.Lines(Refused() with { Children = [] }, s_noon, columns: 80).ToArray();

        Assert.Equal(
            [
                "  training gate passed",
                "    ✓ accuracy 52.3% ≥ 45%",
                "  backtest gate failed: win_rate_too_low (38.5% < 45%)",
                "    ✗ win rate 38.5% ≥ 45%",
            ],
            lines[3..]
        );
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.0854, "85 ms")]
    [InlineData(0.9994, "999 ms")]
    [InlineData(0.9996, "1.0 s")]
    [InlineData(12.4, "12 s")]
    [InlineData(7260, "2 h 1 min")]
    public void Time_is_told_as_a_person_feels_it(double seconds, string words) =>
        Assert.Equal(words, Axis.Span(seconds));

    private static WorkTree Refused()
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

    private static WorkTree Alone(OperationView work, params EventView[] history) => new(work, history, [], null, []);

    private static EventView Happened(string kind, double second, string body) =>
        new()
        {
            OperationId = "op_any",
            Number = 1,
            At = s_noon.AddSeconds(second),
            Kind = kind,
            Body = JsonNode.Parse(body)!.AsObject(),
        };

    private static CallView Bought(long input, long cacheWrite, long cacheRead, long output, decimal dollars) =>
        new()
        {
            OperationId = "op_agent_design_1",
            CycleId = "op_agent_research_1",
            At = s_noon,
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

    private static OperationView Work(
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
            CreatedAt = s_noon.AddSeconds(created),
            StartedAt = started is { } begun ? s_noon.AddSeconds(begun) : null,
            CompletedAt = status is "pending" or "running" ? null : s_noon.AddSeconds(started!.Value + seconds!.Value),
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

    private static ProgressView Progress(double percentage, string step) =>
        new()
        {
            Percentage = percentage,
            CurrentStep = step,
            Context = [],
        };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    private static string Many(char column, int times) => new(column, times);
}
