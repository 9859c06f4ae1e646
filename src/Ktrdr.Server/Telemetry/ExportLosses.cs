using Microsoft.Extensions.Logging;

namespace Ktrdr.Server;

/// <summary>Keeps count of spans on their way out, and of those that never arrived.</summary>
/// <param name="mostSpans">How many may be on their way at once.</param>
/// <param name="lost">Told how many were lost.</param>
/// <param name="log">Told when dropping begins; again only after something was sent in between, and at most once a minute.</param>
/// <param name="time">Tells the minute.</param>
internal sealed class ExportLosses(int mostSpans, Action<long> lost, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(1);

    private readonly Lock _turn = new();
    private long _waiting;
    private bool _isNews = true;
    private long? _saidAt;

    /// <summary>How many may be on their way at once.</summary>
    public int MostSpans => mostSpans;

    /// <summary>Takes one in, if there is room.</summary>
    public bool Enter()
    {
        if (Interlocked.Increment(ref _waiting) <= mostSpans)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        Lose(1, $"the collector takes them more slowly than they come, and {mostSpans} are waiting");
        return false;
    }

    /// <summary>So many were sent, or given up.</summary>
    public void Leave(long count, bool sent)
    {
        Interlocked.Add(ref _waiting, -count);
        if (sent)
        {
            Volatile.Write(ref _isNews, true);
        }
        else
        {
            Lose(count, "the collector does not take them");
        }
    }

    private void Lose(long count, string reason)
    {
        lost(count);
        if (Volatile.Read(ref _isNews) && IsTime())
        {
            log.DroppingBegan(reason);
        }
    }

    // A collector that is merely slow takes one batch and drops the next, many times a minute.
    private bool IsTime()
    {
        lock (_turn)
        {
            if (!_isNews || (_saidAt is { } said && time.GetElapsedTime(said) < s_silence))
            {
                return false;
            }

            (_isNews, _saidAt) = (false, time.GetTimestamp());
            return true;
        }
    }
}
