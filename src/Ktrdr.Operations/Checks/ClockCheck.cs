using System.Globalization;

namespace Ktrdr.Operations;

/// <summary>Whether the clock can be trusted with records and with a day's budget. Watches from when it is made.</summary>
/// <param name="clock">The clock.</param>
public sealed class ClockCheck(TimeProvider clock)
{
    private const string What = "clock";

    // Younger than the program; and no machine runs it that long.
    private const int FirstYear = 2025;
    private const int LastYear = 2100;

    // Clocks that are set gently drift by less; a step is seconds or hours.
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset _began = clock.GetUtcNow();
    private readonly long _beganAt = clock.GetTimestamp();

    /// <summary>How the clock stands beside what is recorded.</summary>
    /// <param name="newest">The newest moment in the records, or null.</param>
    /// <param name="lastDay">The last day in the ledgers of money, or null.</param>
    public Finding Of(DateTimeOffset? newest, DateOnly? lastDay)
    {
        var now = clock.GetUtcNow();
        var jump = now - _began - clock.GetElapsedTime(_beganAt);
        var said = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (now.Year is < FirstYear or > LastYear)
        {
            return Finding.Wrong(
                What,
                said,
                "Records and the day's budget would carry that date.",
                "Set the clock; 'timedatectl set-ntp true' keeps it right where systemd runs."
            );
        }

        if (lastDay is { } day && day > DateOnly.FromDateTime(now.UtcDateTime))
        {
            return Finding.Wrong(
                What,
                said,
                $"Money was last recorded on {day:yyyy-MM-dd}, which this clock says is still to come: the budget of the wrong day would be spent.",
                "Set the clock. If the later date was the wrong one, wait for it or use another home."
            );
        }

        if (newest is { } last && last > now + s_tolerance)
        {
            return Finding.Warning(
                What,
                said,
                $"The newest record is of {last.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, which this clock says is still to come: times and durations would make no sense.",
                "Set the clock, or wait until that moment has passed."
            );
        }

        return jump.Duration() > s_step
            ? Finding.Warning(
                What,
                said,
                $"It was set by {jump.TotalSeconds:+0.0;-0.0} s while this command ran.",
                "See which program sets it; a clock that is kept right is set in small steps."
            )
            : Finding.Ok(What, said);
    }
}
