namespace Ktrdr.Cli;

/// <summary>What is told of an operation below its bar.</summary>
internal static class Details
{
    private const double ShortestWait = 0.05;

    /// <summary>The lines of one operation.</summary>
    /// <param name="work">Which.</param>
    /// <param name="isTop">Whether it is the one that was asked for: then its facts stand above already.</param>
    /// <param name="axis">What times are told by.</param>
    public static IEnumerable<string> Of(WorkTree work, bool isTop, Axis axis)
    {
        var operation = work.Operation;
        if (!isTop)
        {
            yield return Words.Plain(operation.OperationId);
        }

        var notes = new[] { Attempts(work), Wait(work), isTop ? null : new Bill(work.Calls).Line }.OfType<string>();
        if (string.Join("; ", notes) is { Length: > 0 } noted)
        {
            yield return noted;
        }

        foreach (var incident in Incidents.Of(work, axis))
        {
            yield return incident;
        }

        if (!isTop)
        {
            foreach (var line in Outcome(work))
            {
                yield return line;
            }
        }

        foreach (var line in work.Gate is { } gate ? Of(gate) : [])
        {
            yield return line;
        }
    }

    /// <summary>The lines of a gate: what it said, and each figure with its bound.</summary>
    public static IEnumerable<string> Of(Gate gate) =>
        gate.Checks.Select(check => $"  {(check.Passed ? '✓' : '✗')} {check.Comparison}").Prepend(gate.Sentence);

    private static IEnumerable<string> Outcome(WorkTree work)
    {
        var operation = work.Operation;
        if (!operation.IsTerminal)
        {
            if (Snapshot.Standing(operation) is { Length: > 0 } standing)
            {
                yield return standing;
            }

            yield break;
        }

        if (Snapshot.Upshot(operation) is { Length: > 0 } upshot)
        {
            yield return $"{(operation.Status == "completed" ? '✓' : '✗')} {upshot}";
        }

        if (operation.Next is { } next)
        {
            yield return $"  {Words.Plain(next)}";
        }
    }

    private static string? Attempts(WorkTree work) =>
        (work.Operation.Attempt, work.Operation.Crashes) switch
        {
            (<= 1, 0) => null,
            (var attempts, 0) => Count(attempts, "attempt", "attempts"),
            var (attempts, crashes) =>
                $"{Count(attempts, "attempt", "attempts")}, {Count(crashes, "crash", "crashes")}",
        };

    private static string? Wait(WorkTree work) =>
        work.Operation is { StartedAt: { } started, CreatedAt: var created }
        && (started - created).TotalSeconds is >= ShortestWait and var seconds
            ? $"waited {Axis.Span(seconds)} before it began"
            : null;

    private static string Count(int number, string one, string several) => $"{number} {(number == 1 ? one : several)}";
}
