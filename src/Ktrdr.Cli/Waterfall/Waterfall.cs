using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>A tree of operations on one axis of time: when each waited, when it was worked on, what came of it and what it cost.</summary>
internal static class Waterfall
{
    private const int WidthOfAPipe = 100;
    private const int Narrowest = 60;
    private const int Widest = 140;
    private const int ShortestBar = 10;
    private const string Apart = "  ";

    /// <summary>The lines of the waterfall. They need no colour, and fit the columns there are; below them stands what is told.</summary>
    /// <param name="tree">What to draw.</param>
    /// <param name="clock">The time, for what waits still and has nothing else to say how late it is.</param>
    /// <param name="columns">How wide the terminal is, or null where there is none.</param>
    public static IEnumerable<string> Lines(WorkTree tree, DateTimeOffset clock, int? columns)
    {
        var now = Now(tree, clock);
        var all = tree.All.ToList();
        var rows = Rows(tree, depth: 0).ToList();
        var names = rows.Max(row => row.Name.Length);
        var spans = rows.Max(row => row.Span.Length);
        var states = rows.Max(row => row.State.Length);
        var bar = Math.Clamp(columns ?? WidthOfAPipe, Narrowest, Widest) - names - spans - states - (3 * Apart.Length);
        var end = all.Max(work => work.Operation.CompletedAt ?? now);
        var axis = new Axis(tree.Operation.CreatedAt, end, Math.Max(bar, ShortestBar));
        var bars = rows.ConvertAll(row => axis.Bar(Stretch.Of(row.Work, now)));

        yield return $"Waterfall from {Words.Moment(tree.Operation.CreatedAt)}{Legend(string.Concat(bars))}";
        yield return new string(' ', names) + Apart + axis.Scale;
        foreach (var (row, drawn) in rows.Zip(bars))
        {
            yield return string.Join(Apart, row.Name.PadRight(names), drawn, row.Span.PadLeft(spans), row.State)
                .TrimEnd();
            foreach (var line in Details.Of(row.Work, isTop: row.Work == tree, axis))
            {
                yield return $"{new string(' ', 2 * row.Depth)}  {line}";
            }
        }

        foreach (var line in tree.OtherGates.SelectMany(Details.Of))
        {
            yield return $"  {line}";
        }
    }

    private static IEnumerable<Row> Rows(WorkTree work, int depth) =>
        work
            .Children.SelectMany(child => Rows(child, depth + 1))
            .Prepend(
                new Row(
                    work,
                    depth,
                    new string(' ', 2 * depth) + Snapshot.PhaseOf(work.Operation),
                    work.Operation.DurationSeconds is { } seconds ? Axis.Span(seconds) : "",
                    StateOf(work.Operation)
                )
            );

    private static string StateOf(OperationView operation) =>
        operation.Status.ToUpperInvariant()
        + (operation.Status == "running" ? $" {operation.Progress.Percentage:0} %" : "");

    // By the clock of whoever measured how long it has been running, which need not be this one's.
    private static DateTimeOffset Now(WorkTree tree, DateTimeOffset clock)
    {
        var measured = tree
            .All.Select(work => work.Operation)
            .Where(operation => operation is { IsTerminal: false, StartedAt: not null, DurationSeconds: not null })
            .Select(operation => operation.StartedAt!.Value.AddSeconds(operation.DurationSeconds!.Value))
            .ToList();
        return measured.Count > 0 ? measured.Max() : clock;
    }

    private static string Legend(string drawn)
    {
        var signs = new[]
        {
            (Axis.Waiting, "waiting"),
            (Axis.Died, "its process died"),
            (Axis.GoesOn, "still at work"),
        };
        var used = signs
            .Where(sign => drawn.Contains(sign.Item1))
            .Select(sign => $"{sign.Item1} {sign.Item2}")
            .ToList();
        return used.Count == 0 ? "" : $"  ({string.Join(", ", used)})";
    }

    private sealed record Row(WorkTree Work, int Depth, string Name, string Span, string State);
}
