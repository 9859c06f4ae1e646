namespace Ktrdr.Operations;

/// <summary>An attempt under way in this process, and the ways to stop it.</summary>
internal sealed class RunningAttempt(CancellationToken shutdown) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(shutdown);

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the process is going down.</summary>
    public bool IsShuttingDown => shutdown.IsCancellationRequested;

    /// <summary>Its number, or 0 before it has claimed its operation.</summary>
    public int Number { get; set; }

    /// <summary>The child whose cancellation this attempt passes on, if one was.</summary>
    public Operation? CancelledChild { get; set; }

    /// <summary>Whether a later attempt at its operation is on record, or this one was put back.</summary>
    /// <remarks>The record may have been read before this attempt began, but never after a later one.</remarks>
    public bool IsOvertakenBy(Operation operation) =>
        Number > 0
        && (operation.Attempt > Number || (operation.Attempt == Number && operation.Status == OperationStatus.Pending));

    /// <summary>Tells the worker to stop: somebody asked for it, or the attempt no longer counts.</summary>
    public void Stop()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment.
        }
    }

    public void Dispose() => _source.Dispose();
}
