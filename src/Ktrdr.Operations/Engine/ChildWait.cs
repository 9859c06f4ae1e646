using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>How a parent waits for its children: woken by their changes, looking for itself once a second, its own heart beating.</summary>
internal sealed class ChildWait(
    OperationStore store,
    Changes changes,
    Func<Operation, CancellationToken, Task> schedule,
    TimeProvider time
)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    public async Task<Operation> UntilSettledAsync(
        Operation parent,
        RunningAttempt attempt,
        Operation child,
        Action<Operation>? progressed,
        CancellationToken cancellationToken
    )
    {
        // Looking and beating are no part of what a trace shows: it would be a span a second, for hours.
        Activity.Current = null;
        var shown = child.Progress;
        var beat = time.GetTimestamp();
        if (!child.IsTerminal)
        {
            await schedule(child, cancellationToken);
        }

        while (true)
        {
            var next = changes.Next(child.Id);
            child = store.Find(child.Id)!;
            if (Differs(shown, child.Progress))
            {
                shown = child.Progress;
                progressed?.Invoke(child);
            }

            if (child.IsSettled)
            {
                return child;
            }

            await next.WaitAsync(LookAgain, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(beat) < LookAgain)
            {
                continue;
            }

            beat = time.GetTimestamp();
            if (await store.ProgressAsync(parent.Id, parent.Attempt, progress: null, cancellationToken))
            {
                attempt.Stop();
            }

            if (child.Status == OperationStatus.Pending)
            {
                await schedule(child, cancellationToken);
            }
        }
    }

    /// <summary>No child outlives its parent: whatever still lives below is stopped and waited for.</summary>
    public async Task EndAllAsync(
        Operation parent,
        RunningAttempt attempt,
        OperationStatus status,
        Func<IReadOnlyList<Operation>, Task> stop
    )
    {
        if (store.Children(parent.Id).All(child => child.IsTerminal))
        {
            return;
        }

        var reason = $"Its parent {parent.Id} ends {StoredOperation.Text(status)}.";
        var asked = await store.CancelChildrenAsync(parent.Id, parent.Attempt, reason, CancellationToken.None);
        await stop([.. asked.Where(child => !child.IsTerminal)]);
        foreach (var child in store.Children(parent.Id))
        {
            while (!attempt.IsShuttingDown)
            {
                var next = changes.Next(child.Id);
                if (store.Find(child.Id) is { IsTerminal: true })
                {
                    break;
                }

                await next.WaitAsync(LookAgain, time, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static bool Differs(OperationProgress one, OperationProgress other) =>
        !one.Percentage.Equals(other.Percentage)
        || one.CurrentStep != other.CurrentStep
        || !JsonNode.DeepEquals(one.Context, other.Context);
}
