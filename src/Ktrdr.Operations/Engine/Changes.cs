using System.Collections.Concurrent;

namespace Ktrdr.Operations;

/// <summary>Wakes whoever waits for an operation to change. A hint only: the record is the truth and is read again.</summary>
internal sealed class Changes
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();

    /// <summary>Ends at the next change of an operation. Take it before reading, or a change in between is lost.</summary>
    public Task Next(string id) =>
        _waiting
            .GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .Task;

    public void Announce(string id)
    {
        if (_waiting.TryRemove(id, out var waiters))
        {
            waiters.SetResult();
        }
    }
}
