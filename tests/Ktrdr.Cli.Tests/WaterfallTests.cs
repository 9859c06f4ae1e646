using static Ktrdr.Cli.Tests.Trees;

namespace Ktrdr.Cli.Tests;

/// <summary>How a tree of operations is drawn on one axis of time.</summary>
public sealed class WaterfallTests
{
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

        Assert.Equal(expected, Waterfall.Lines(Refused(), Noon.AddDays(1), Columns));
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

        var lines = Waterfall.Lines(tree, Noon.AddHours(1), columns: 90).ToArray();

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

        var lines = Waterfall.Lines(tree, Noon.AddSeconds(90), columns: 60).ToArray();

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
        var drawn = Waterfall.Lines(Refused(), Noon, columns).Where(line => line.Contains('█')).ToArray();

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

        var lines = Waterfall.Lines(tree, Noon, columns: 80).ToArray();

        Assert.EndsWith("  █       0 ms  COMPLETED", lines[3]);
        Assert.Single(lines[3], column => column == '█');
    }

    [Fact]
    public void A_process_that_died_at_once_was_not_at_work_until_somebody_noticed()
    {
        var tree = Alone(
            Work("op_training_1", "training", "completed", created: 0, started: 0, seconds: 100) with
            {
                Attempt = 2,
                Crashes = 1,
            },
            Happened("claimed", 0, """{"attempt":1}"""),
            Happened("lost", 90, """{"attempt":1,"crashes":1,"seen_at":"2026-01-01T12:00:00.0000000Z"}"""),
            Happened("claimed", 90, """{"attempt":2}""")
        );

        // Fifty columns for a hundred seconds.
        var bar = Waterfall.Lines(tree, Noon, columns: 83).ElementAt(2);

        Assert.Equal($"training  ✗{Many('░', 44)}{Many('█', 5)}  1 min 40 s  COMPLETED", bar);
    }

    [Fact]
    public void Everything_that_happened_on_the_way_is_told_with_its_time()
    {
        var tree = Alone(
            Work("op_training_1", "training", "cancelled", created: 0, started: 1, seconds: 9) with
            {
                Attempt = 3,
                CompletedAt = Noon.AddSeconds(10),
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
            Waterfall.Lines(tree, Noon, columns: 80).Skip(3)
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

        var told = Waterfall.Lines(tree, Noon, columns: 80).Where(line => line.Contains("handed it back")).ToArray();

        Assert.Equal(8, told.Length);
        Assert.EndsWith("attempt 99 handed it back", told[^1]);
        Assert.Contains("  92 earlier ones are left out", Waterfall.Lines(tree, Noon, columns: 80));
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

        var lines = Waterfall.Lines(cycle, Noon, columns: 80).ToArray();

        Assert.Contains("    ✗ Cannot write [2J/home/ktrdr.db", lines);
        Assert.Contains("      Make room on that disk.", lines);
    }

    [Fact]
    public void A_gate_over_work_that_an_earlier_cycle_did_is_shown_all_the_same()
    {
        var lines = Waterfall.Lines(Refused() with { Children = [] }, Noon, columns: 80).ToArray();

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

    private static string Many(char column, int times) => new(column, times);
}
