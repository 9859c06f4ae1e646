namespace Ktrdr.Operations;

/// <summary>Wakes whoever waits for an operation to change. A hint only: the record is the truth and is read again.</summary>
/// <remarks>Operations share a fixed number of bells, so nothing is kept for those that nobody asks about any more; being
/// woken for another one costs a read.</remarks>
internal sealed class Changes
{
    private const int Bells = 1024;
    private readonly TaskCompletionSource[] _bells = new TaskCompletionSource[Bells];

    /// <summary>Hangs the bells up.</summary>
    public Changes()
    {
        foreach (ref var bell in _bells.AsSpan())
        {
            bell = NewBell();
        }
    }

    /// <summary>Ends at the next change of an operation. Take it before reading, or a change in between is lost.</summary>
    public Task Next(string id) => Volatile.Read(ref Bell(id)).Task;

    public void Announce(string id) => Interlocked.Exchange(ref Bell(id), NewBell()).SetResult();

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ref TaskCompletionSource Bell(string id) =>
        ref _bells[(uint)id.GetHashCode(StringComparison.Ordinal) % Bells];
}
