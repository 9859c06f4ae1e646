using System.Globalization;
using Ktrdr.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ktrdr.Cli;

/// <summary>The live picture of an operation on a terminal: its phases, their progress, and the gates between them.</summary>
internal static class LiveTree
{
    private const int BarWidth = 24;
    private static readonly string[] Phases = ["designing", "training", "backtesting", "assessing"];

    /// <summary>Redraws the tree for every snapshot, and leaves the last one standing.</summary>
    public static async Task<Snapshot> ShowAsync(
        IAsyncEnumerable<Snapshot> snapshots,
        Surroundings surroundings,
        CancellationToken cancellationToken
    )
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(surroundings.Out),
                Ansi = AnsiSupport.Yes,
                ColorSystem = surroundings.Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.Yes,
            }
        );
        Snapshot? last = null;
        await console
            .Live(new Text("Waiting for the first step…"))
            .StartAsync(async live =>
            {
                await foreach (var snapshot in snapshots.WithCancellation(cancellationToken))
                {
                    last = snapshot;
                    live.UpdateTarget(Draw(snapshot));
                }
            });
        return last ?? throw new InvalidOperationException("Watching an operation ended without a snapshot of it.");
    }

    /// <summary>The tree of one snapshot.</summary>
    public static IRenderable Draw(Snapshot now)
    {
        var tree = new Spectre.Console.Tree(new Markup(Heading(now))) { Guide = TreeGuide.Line };
        foreach (var work in now.Work)
        {
            var branch = tree.AddNode(new Markup(Line(work)));
            if (!work.IsTerminal && Snapshot.Standing(work) is { Length: > 0 } standing)
            {
                branch.AddNode(new Markup($"[grey]{Safe(standing)}[/]"));
            }
            else if (work.IsTerminal && Snapshot.Upshot(work) is { Length: > 0 } upshot)
            {
                branch.AddNode(new Markup(Safe(upshot)));
            }

            if (work.IsTerminal && now.GateAfter(work) is { } gate)
            {
                var verdict = tree.AddNode(new Markup(Mark(gate.LetsThrough) + " " + Safe(gate.Sentence)));
                foreach (var check in gate.Checks)
                {
                    verdict.AddNode(new Markup($"{Mark(check.Passed)} {Safe(check.Comparison)}"));
                }
            }
        }

        if (now.IsCycle && !now.Root.IsTerminal)
        {
            foreach (var phase in Phases.Except(now.Work.Select(Snapshot.PhaseOf)))
            {
                tree.AddNode(new Markup($"[grey]· {phase}[/]"));
            }
        }

        return tree;
    }

    private static string Heading(Snapshot now)
    {
        var root = now.Root;
        var name = Words.TextIn(root.Metadata, "strategy_name");
        return $"[bold]{Safe(root.OperationId)}[/]  {Bar(root.Progress.Percentage)}\n" // id and bar fill a terminal of 80 columns
            + Safe(root.IsTerminal ? root.Status.ToUpperInvariant() : root.Progress.CurrentStep)
            + (name is null ? "" : $"  [bold]{Safe(name)}[/]")
            + (now.Synthetic ? "  [yellow]SYNTHETIC[/]" : "")
            + (now.Stub ? "  [yellow]STUB[/]" : "");
    }

    private static string Line(OperationView work)
    {
        var phase = Safe(Snapshot.PhaseOf(work).PadRight(12));
        var took = Words.Duration(work.DurationSeconds ?? 0);
        var state = work.Status switch
        {
            "completed" => "[green]✓[/]",
            "failed" or "cancelled" => "[red]✗[/]",
            _ => "[blue]▸[/]",
        };
        return $"{state} {phase} {Bar(work.Progress.Percentage)}  {took, 8}  [grey]{Safe(work.OperationId)}[/]";
    }

    private static string Bar(double percentage)
    {
        var filled = (int)Math.Round(Math.Clamp(percentage, 0, 100) / 100 * BarWidth);
        return $"[green]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] "
            + percentage.ToString("0", CultureInfo.InvariantCulture).PadLeft(3)
            + " %";
    }

    private static string Mark(bool passed) => passed ? "[green]✓[/]" : "[red]✗[/]";

    private static string Safe(string text) => Markup.Escape(Words.Plain(text));
}
