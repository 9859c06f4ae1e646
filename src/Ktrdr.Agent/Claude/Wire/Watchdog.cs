namespace Ktrdr.Agent;

/// <summary>Stops a request that is over its time or fallen silent, and says which. The caller's own wish to stop goes through
/// the same token.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Patience _patience;
    private readonly ITimer _total;
    private readonly ITimer _silence;
    private volatile string? _reason;
    private volatile bool _begun;

    /// <summary>Watches from now on.</summary>
    public Watchdog(Patience patience, TimeSpan total, TimeProvider time, CancellationToken cancellationToken)
    {
        _patience = patience;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _total = time.CreateTimer(_ => Bark(Silence.TimedOut), null, total, Timeout.InfiniteTimeSpan);
        _silence = time.CreateTimer(
            _ => Bark(_begun ? Silence.Stalled : Silence.NeverBegan),
            null,
            patience.FirstEvent,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Ends with the request's time or the caller's patience.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Which time ran out, or null while none has.</summary>
    public string? Reason => _reason;

    /// <summary>The reply has begun: from now on silence is measured between signs of life.</summary>
    public void Begun()
    {
        _begun = true;
        Heard();
    }

    /// <summary>There was a sign of life.</summary>
    public void Heard()
    {
        if (_begun)
        {
            _silence.Change(_patience.Idle, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _total.Dispose();
        _silence.Dispose();
        _stop.Dispose();
    }

    private void Bark(string reason)
    {
        _reason ??= reason;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended in the same moment; there is nothing left to stop.
        }
    }
}
