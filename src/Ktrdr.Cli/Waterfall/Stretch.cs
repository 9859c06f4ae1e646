using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>How a stretch of an operation's time came to its end.</summary>
internal enum StretchEnd
{
    /// <summary>It ended, or something else began.</summary>
    Done,

    /// <summary>The process that worked on it died.</summary>
    Lost,

    /// <summary>It has not ended yet.</summary>
    Now,
}

/// <summary>A while in which an operation was worked on, or waited.</summary>
internal readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To, bool AtWork, StretchEnd End)
{
    /// <summary>An operation's time from its record to its end, or to now, in order and without a gap.</summary>
    public static IReadOnlyList<Stretch> Of(WorkTree work, DateTimeOffset now)
    {
        var stretches = new List<Stretch>();
        var since = work.Operation.CreatedAt;
        var atWork = false;
        foreach (var line in work.History)
        {
            switch (line.Kind)
            {
                case "claimed":
                    Close(line.At, StretchEnd.Done, next: true);
                    break;
                case "handed_back":
                    Close(line.At, StretchEnd.Done, next: false);
                    break;
                case "lost":
                    // Noticed later than it happened, perhaps by a process that started a day after.
                    Close(LastSign(line) is { } sign && sign >= since ? sign : line.At, StretchEnd.Lost, next: false);
                    break;
                default:
                    break;
            }
        }

        Close(
            work.Operation.CompletedAt ?? now,
            work.Operation.IsTerminal ? StretchEnd.Done : StretchEnd.Now,
            next: false
        );
        return stretches;

        void Close(DateTimeOffset at, StretchEnd end, bool next)
        {
            stretches.Add(new Stretch(since, at < since ? since : at, atWork, end));
            (since, atWork) = (at, next);
        }
    }

    /// <summary>When the process that was lost last wrote anything, where the record says so.</summary>
    public static DateTimeOffset? LastSign(EventView lost) =>
        DateTimeOffset.TryParse(Words.TextIn(lost.Body, "seen_at"), out var at) ? at : null;
}
