using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

/// <summary>What is tried again and again and fails for one cause, such as a full disk or a database that is away: worth its trace once,
/// and from then on a sentence a minute.</summary>
internal sealed class Troubles(TimeProvider time, ILogger<Troubles> log)
{
    private static readonly TimeSpan s_apart = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Trouble> _troubles = [];

    public void WriteFailed(string operationId, string write, Exception exception)
    {
        if (IsNews(exception))
        {
            log.WriteFailed(operationId, write, exception);
        }
    }

    public void PublishingFailed(string operationId, Exception exception)
    {
        if (IsNews(exception))
        {
            log.PublishingFailed(operationId, exception);
        }
    }

    public void LeftToOthers(string operationId, Exception exception)
    {
        if (IsNews(exception))
        {
            log.LeftToOthers(operationId, exception);
        }
    }

    public void RoundFailed(Exception exception)
    {
        if (IsNews(exception))
        {
            log.RoundFailed(exception);
        }
    }

    public void CatchingUpFailed(Exception exception)
    {
        if (IsNews(exception))
        {
            log.CatchingUpFailed(exception);
        }
    }

    /// <summary>Whether a failure is to be told in full: its cause is new, or was not met for a minute. If not it is counted, and
    /// told in short once a minute.</summary>
    private bool IsNews(Exception failure)
    {
        var cause = $"{failure.GetType()}: {failure.Message}";
        var now = time.GetTimestamp();
        var untold = 0;
        lock (_gate)
        {
            if (!_troubles.TryGetValue(cause, out var trouble) || Since(trouble.Met, now) > s_apart)
            {
                Forget(now);
                _troubles[cause] = new Trouble(now, now, Untold: 0);
                return true;
            }

            untold = trouble.Untold + 1;
            if (Since(trouble.Told, now) < s_apart)
            {
                _troubles[cause] = trouble with { Met = now, Untold = untold };
                return false;
            }

            _troubles[cause] = new Trouble(now, now, Untold: 0);
        }

        log.StillFailing(untold, failure.Message);
        return false;
    }

    private void Forget(long now)
    {
        foreach (var (cause, trouble) in _troubles)
        {
            if (Since(trouble.Met, now) > s_apart)
            {
                _troubles.Remove(cause);
            }
        }
    }

    private TimeSpan Since(long then, long now) => time.GetElapsedTime(then, now);

    private sealed record Trouble(long Met, long Told, int Untold);
}
