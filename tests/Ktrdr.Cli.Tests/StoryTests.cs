using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Client;
using Spectre.Console;

namespace Ktrdr.Cli.Tests;

/// <summary>How a cycle is told to a pipe and drawn on a terminal.</summary>
public sealed class StoryTests
{
    private static readonly string s_escape = "\u001b";

    [Fact]
    public void A_long_training_is_told_in_a_handful_of_lines()
    {
        var story = new Story();

        var lines = Enumerable
            .Range(0, 5001)
            .SelectMany(epoch => story.Tell(Cycle(Training("running", epoch / 50.0, epoch))))
            .ToArray();

        Assert.Equal(4, lines.Length);
        Assert.Equal("training     op_training_1", lines[0]);
        Assert.Contains("epoch 1250/5000  loss 0.61  validation 0.64", lines[1]);
    }

    [Fact]
    public void What_was_told_is_not_told_again()
    {
        var story = new Story();
        var ended = Cycle(Training("completed", 100, 5000));

        Assert.NotEmpty(story.Tell(ended).ToArray());
        Assert.Empty(story.Tell(ended));
    }

    [Fact]
    public void A_gate_shows_every_figure_against_its_bound()
    {
        var refused = Cycle(Training("completed", 100, 5000));
        refused.Root.Metadata["training_gate"] = JsonNode.Parse(
            """
            {"gate":"training","passed":false,"result":"fail",
             "reason":"accuracy_below_threshold (35% < 45%)",
             "checks":[
               {"name":"accuracy","value":0.35,"bound":0.45,"at_least":true,"passed":false,"reason":"x"},
               {"name":"loss","value":0.8,"bound":0.8,"at_least":false,"passed":true,"reason":""},
               {"name":"loss_decrease","value":0.1999,"bound":0.2,"at_least":true,"passed":false,"reason":"x"},
               {"name":"sharpe","value":null,"bound":-0.5,"at_least":true,"passed":false,"reason":"x"}]}
            """
        );

        var lines = new Story().Tell(refused).ToArray();

        Assert.Contains("training gate failed: accuracy_below_threshold (35% < 45%)", lines);
        Assert.Contains("  ✗ accuracy 35% ≥ 45%", lines);
        Assert.Contains("  ✓ loss 0.8 ≤ 0.8", lines);
        Assert.Contains("  ✗ loss decrease 19.99% ≥ 20%", lines);
        Assert.Contains("  ✗ sharpe missing ≥ -0.5", lines);
    }

    [Fact]
    public void Names_from_a_model_cannot_steer_the_terminal()
    {
        var evil = Cycle(Training("failed", 40, 1) with { ErrorMessage = "\u001b[2Jgone\u202e\n[red]x[/]" });
        evil.Root.Metadata["strategy_name"] = "\u001b]0;owned\u0007[bold]";

        var told = string.Join('\n', new Story().Tell(evil).Concat(Summary.Of(evil)));
        Assert.DoesNotContain(s_escape, told);
        Assert.DoesNotContain("\u202e", told);

        var drawn = new StringWriter();
        AnsiConsole
            .Create(
                new AnsiConsoleSettings
                {
                    Out = new AnsiConsoleOutput(drawn),
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                }
            )
            .Write(LiveTree.Draw(evil));
        Assert.DoesNotContain(s_escape, drawn.ToString());
        Assert.Contains("[bold]", drawn.ToString());
    }

    [Theory]
    [InlineData("synthetic", "SYNTHETIC")]
    [InlineData("stub", "STUB")]
    public void Figures_that_are_not_of_a_market_say_so(string fact, string mark)
    {
        var end = Cycle(Training("completed", 100, 50));
        Assert.DoesNotContain(mark, string.Join('\n', Summary.Of(end)));

        end.Root.Metadata[fact] = true;

        Assert.Contains(mark, string.Join('\n', Summary.Of(end)));
    }

    [Theory]
    [InlineData("synthetic", "SYNTHETIC")]
    [InlineData("stub", "STUB")]
    public void A_piece_of_work_looked_at_alone_says_it_too(string fact, string mark)
    {
        var result = new JsonObject { ["report"] = new JsonObject { [fact] = true } };
        var alone = Training("completed", 100, 50) with { ResultSummary = JsonSerializer.SerializeToElement(result) };

        Assert.Null(new Snapshot(Training("completed", 100, 50), []).Caveat);
        Assert.StartsWith(mark, new Snapshot(alone, []).Caveat);
    }

    [Fact]
    public void No_trades_are_explained_by_what_held_the_signals_back()
    {
        var result = JsonNode.Parse(
            """{"total_trades": 0, "report": {"filter_counts": {"Volume": 3, "Confidence": 4800, "TooSmall": 0}}}"""
        );
        var backtest = Operation("op_backtesting_1", "backtesting", "completed") with
        {
            ResultSummary = JsonSerializer.SerializeToElement(result),
        };

        Assert.Contains("Held back  Confidence on 4800 bars, Volume on 3 bars", Summary.Of(new Snapshot(backtest, [])));
    }

    [Fact]
    public void The_first_line_of_the_live_tree_fits_a_terminal_of_80_columns()
    {
        var now = Cycle(Training("running", 40, 2000)).Root with
        {
            OperationId = "op_agent_research_20260101_120000_1a2b3c4d",
        };
        now.Metadata["strategy_name"] = "distancefromma10_williamsr10_roc48_sample_1h";
        var drawn = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(drawn),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = 80;

        console.Write(LiveTree.Draw(new Snapshot(now, [])));

        var lines = drawn.ToString().Split('\n');
        Assert.EndsWith("0 %", lines[0].TrimEnd());
        Assert.Equal("distancefromma10_williamsr10_roc48_sample_1h", lines[1].Trim());
    }

    [Theory]
    [InlineData("completed", null, 0)]
    [InlineData("cancelled", "cancelled_by_user", 3)]
    [InlineData("failed", "crashed", 5)]
    [InlineData("failed", "design_failed", 5)]
    [InlineData("failed", "training_gate_failed", 6)]
    [InlineData("failed", "backtest_gate_failed", 6)]
    [InlineData("failed", "budget_exhausted", 7)]
    [InlineData("failed", "api_key_refused", 4)]
    [InlineData("failed", "no_api_key", 4)]
    [InlineData("failed", "unpriced_model", 5)]
    public void An_end_has_its_exit_code(string status, string? error, int code) =>
        Assert.Equal(code, Exit.Of(status, error));

    private static Snapshot Cycle(OperationView child) =>
        new(Operation("op_agent_research_1", "agent_research", child.IsTerminal ? "failed" : "running"), [child]);

    private static OperationView Training(string status, double percentage, int epoch) =>
        Operation("op_training_1", "training", status) with
        {
            Progress = new ProgressView
            {
                Percentage = percentage,
                CurrentStep = $"Epoch {epoch} of 5000",
                Context = new JsonObject
                {
                    ["epoch"] = epoch,
                    ["epochs"] = 5000,
                    ["loss"] = 0.61,
                    ["validation_loss"] = 0.64,
                },
            },
            ResultSummary =
                status == "completed"
                    ? JsonSerializer.SerializeToElement(
                        new
                        {
                            accuracy = 0.523,
                            initial_loss = 1.1,
                            final_loss = 0.62,
                        }
                    )
                    : null,
        };

    private static OperationView Operation(string id, string type, string status) =>
        new()
        {
            OperationId = id,
            OperationType = type,
            ParentOperationId = null,
            Status = status,
            CreatedAt = DateTimeOffset.UnixEpoch,
            StartedAt = DateTimeOffset.UnixEpoch,
            CompletedAt = null,
            DurationSeconds = 3.4,
            Progress = new ProgressView
            {
                Percentage = 0,
                CurrentStep = "",
                Context = [],
            },
            Metadata = [],
            ResultSummary = null,
            ErrorCode = null,
            ErrorMessage = null,
            Next = null,
            Attempt = 1,
            Seed = 1,
            TraceId = null,
        };
}
