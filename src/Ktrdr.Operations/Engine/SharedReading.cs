namespace Ktrdr.Operations;

/// <summary>A reading that many may ask for at once: whoever asks while one is under way shares the next with all who do.</summary>
/// <remarks>Nobody is told anything older than his question, for a reading begins after all who share it have asked.</remarks>
internal sealed class SharedReading<T>(Func<T> read)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<T>? _next;
    private bool _reading;

    /// <summary>Reads, on the spot where nobody else does just now.</summary>
    public Task<T> ReadAsync()
    {
        lock (_gate)
        {
            if (_reading)
            {
                return (_next ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            _reading = true;
        }

        try
        {
            return Task.FromResult(read());
        }
        finally
        {
            GoOn();
        }
    }

    private void GoOn()
    {
        TaskCompletionSource<T>? asked;
        lock (_gate)
        {
            (asked, _next) = (_next, null);
            _reading = asked is not null;
        }

        if (asked is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(ReadFor, asked, preferLocal: false);
        }
    }

    private void ReadFor(TaskCompletionSource<T> asked)
    {
        try
        {
            asked.SetResult(read());
        }
        catch (Exception fault)
        {
            asked.SetException(fault);
        }
        finally
        {
            GoOn();
        }
    }
}
