namespace Ktrdr.Archive;

/// <summary>Turns the times of one place into UTC, summer time included.</summary>
/// <remarks>
/// When a clock goes back, an hour happens twice: of the two moments it takes the earlier, unless that would not be after the
/// bar before. When it goes forward, an hour never happens: a time in it is refused.
/// </remarks>
internal sealed class LocalClock
{
    private const long Day = 86_400;
    private readonly TimeZoneInfo _zone;
    private long _day = long.MinValue;
    private long _offset;
    private bool _steady;

    public LocalClock(string zone, string file) => _zone = Find(zone, file);

    /// <summary>The zone of a name.</summary>
    /// <exception cref="ImportException">There is none of that name.</exception>
    public static TimeZoneInfo Find(string zone, string file)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(zone);
        }
        catch (Exception fault) when (fault is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new ImportException(
                file,
                $"the time zone '{zone}' is not known on this machine. Use an IANA name such as America/New_York or UTC; "
                    + "if the name is right, install the system's time zone data (package tzdata)."
            );
        }
    }

    /// <summary>The moment of a local time; false when the clock skipped it.</summary>
    /// <param name="local">Seconds since 1970-01-01 on the local clock.</param>
    /// <param name="previous">The moment of the bar before, UTC.</param>
    /// <param name="utc">The moment, UTC.</param>
    public bool TryUtc(long local, long previous, out long utc)
    {
        var day = local - (((local % Day) + Day) % Day);
        if (day != _day)
        {
            Turn(day);
        }

        utc = local - _offset;
        if (_steady)
        {
            return true;
        }

        var clock = Clock(local);
        if (_zone.IsInvalidTime(clock))
        {
            return false;
        }

        if (!_zone.IsAmbiguousTime(clock))
        {
            utc = local - (long)_zone.GetUtcOffset(clock).TotalSeconds;
            return true;
        }

        var offsets = _zone.GetAmbiguousTimeOffsets(clock);
        var (earlier, later) = (local - (long)offsets.Max().TotalSeconds, local - (long)offsets.Min().TotalSeconds);
        utc = earlier > previous ? earlier : later;
        return true;
    }

    // Most days the clock does not change: one offset serves all their bars.
    private void Turn(long day)
    {
        var (start, end) = (Clock(day), Clock(day + Day));
        _day = day;
        _offset = (long)_zone.GetUtcOffset(start).TotalSeconds;
        _steady = _offset == (long)_zone.GetUtcOffset(end).TotalSeconds && !IsOdd(start) && !IsOdd(end);
    }

    private bool IsOdd(DateTime clock) => _zone.IsInvalidTime(clock) || _zone.IsAmbiguousTime(clock);

    private static DateTime Clock(long local) =>
        DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(local), DateTimeKind.Unspecified);
}
