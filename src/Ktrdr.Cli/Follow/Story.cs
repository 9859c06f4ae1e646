using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>Tells an operation as plain lines: one for each change that means something, each told once.</summary>
/// <remarks>A cycle takes about thirty lines, however many epochs it trains.</remarks>
internal sealed class Story
{
    private readonly HashSet<string> _told = [];
    private readonly Dictionary<string, int> _quarters = [];

    /// <summary>The lines that are new in a snapshot.</summary>
    public IEnumerable<string> Tell(Snapshot now)
    {
        foreach (var work in now.Work)
        {
            foreach (var line in Tell(now, work))
            {
                yield return line;
            }
        }
    }

    private IEnumerable<string> Tell(Snapshot now, OperationView work)
    {
        if (_told.Add($"{work.OperationId} begun"))
        {
            yield return $"{Snapshot.PhaseOf(work), -12} {work.OperationId}";
        }

        if (!work.IsTerminal && CrossesQuarter(work))
        {
            yield return $"  {work.Progress.Percentage, 3:0} %  {Snapshot.Standing(work)}";
        }

        if (work.IsTerminal && _told.Add($"{work.OperationId} ended"))
        {
            var mark = work.Status == "completed" ? '✓' : '✗';
            yield return $"  {mark} {Snapshot.Upshot(work)} ({Words.Duration(work.DurationSeconds ?? 0)})";
        }

        if (work.IsTerminal && now.GateAfter(work) is { } gate && _told.Add($"{work.OperationId} judged"))
        {
            yield return gate.Sentence;
            foreach (var check in gate.Checks)
            {
                yield return $"  {(check.Passed ? '✓' : '✗')} {check.Comparison}";
            }
        }
    }

    private bool CrossesQuarter(OperationView work)
    {
        var quarter = (int)(work.Progress.Percentage / 25);
        if (quarter is 0 or >= 4 || quarter <= _quarters.GetValueOrDefault(work.OperationId))
        {
            return false;
        }

        _quarters[work.OperationId] = quarter;
        return true;
    }
}
