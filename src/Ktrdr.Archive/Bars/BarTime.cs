using System.Buffers.Text;

namespace Ktrdr.Archive;

/// <summary>How a time in a file says where on Earth it was.</summary>
internal enum TimeStyle
{
    /// <summary>Seconds or milliseconds since 1970: UTC by definition.</summary>
    Epoch,

    /// <summary>A day and nothing else.</summary>
    Date,

    /// <summary>A clock without a zone.</summary>
    Local,

    /// <summary>A clock followed by Z.</summary>
    Utc,

    /// <summary>A clock followed by its distance from UTC.</summary>
    Offset,
}

/// <summary>Reads the times found in files of bars, from bytes, without a culture.</summary>
/// <remarks>
/// Epoch seconds, or milliseconds from twelve digits on; <c>yyyy-MM-dd</c>, <c>yyyy/MM/dd</c> or <c>yyyyMMdd</c>, alone or
/// followed by a T or a space, <c>HH:mm</c>, optionally <c>:ss</c> with a fraction of zeros, optionally Z or an offset.
/// </remarks>
internal readonly record struct BarTime(long Seconds, TimeStyle Style, int OffsetSeconds)
{
    private const int EpochDigits = 9;
    private const int MillisecondDigits = 12;

    // Bars before 1800 or after 2200 are a mistaken unit, not history.
    private const long Earliest = -5_364_662_400;
    private const long Latest = 7_258_118_400;

    /// <summary>The moment in UTC, unless the style is <see cref="TimeStyle.Local"/>.</summary>
    public long Utc => Seconds - OffsetSeconds;

    public static bool TryParse(ReadOnlySpan<byte> text, out BarTime time)
    {
        time = default;
        return text.Length >= EpochDigits && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? TryEpoch(text, out time)
            : TryClock(text, out time);
    }

    private static bool TryEpoch(ReadOnlySpan<byte> text, out BarTime time)
    {
        time = default;
        if (!Utf8Parser.TryParse(text, out long value, out var used) || used != text.Length)
        {
            return false;
        }

        if (text.Length >= MillisecondDigits)
        {
            if (value % 1_000 != 0)
            {
                return false;
            }

            value /= 1_000;
        }

        time = new BarTime(value, TimeStyle.Epoch, 0);
        return value is >= Earliest and <= Latest;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, out BarTime time)
    {
        time = default;
        if (!TryDate(ref text, out var seconds))
        {
            return false;
        }

        if (text.IsEmpty)
        {
            time = new BarTime(seconds, TimeStyle.Date, 0);
            return true;
        }

        if (text[0] is not ((byte)'T' or (byte)' ') || !TryTimeOfDay(text[1..], out var rest, out var ofDay))
        {
            return false;
        }

        seconds += ofDay;
        if (rest.IsEmpty)
        {
            time = new BarTime(seconds, TimeStyle.Local, 0);
            return true;
        }

        if (rest.Length == 1 && rest[0] is (byte)'Z' or (byte)'z')
        {
            time = new BarTime(seconds, TimeStyle.Utc, 0);
            return true;
        }

        if (!TryOffset(rest, out var offset))
        {
            return false;
        }

        time = new BarTime(seconds, TimeStyle.Offset, offset);
        return true;
    }

    private static bool TryDate(ref ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        var parted = text.Length >= 10 && text[4] is (byte)'-' or (byte)'/' && text[7] == text[4];
        var length = parted ? 10 : 8;
        if (text.Length < length)
        {
            return false;
        }

        var month = parted ? 5 : 4;
        var day = parted ? 8 : 6;
        if (
            !TryDigits(text[..4], out var y)
            || !TryDigits(text.Slice(month, 2), out var m)
            || !TryDigits(text.Slice(day, 2), out var d)
            || y is < 1800 or > 2199
            || m is < 1 or > 12
            || d < 1
            || d > DateTime.DaysInMonth(y, m)
        )
        {
            return false;
        }

        seconds = (new DateOnly(y, m, d).DayNumber - 719_162L) * 86_400;
        text = text[length..];
        return true;
    }

    private static bool TryTimeOfDay(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest, out int seconds)
    {
        rest = text;
        seconds = 0;
        if (
            text.Length < 5
            || text[2] != ':'
            || !TryDigits(text[..2], out var hour)
            || !TryDigits(text.Slice(3, 2), out var minute)
            || hour > 23
            || minute > 59
        )
        {
            return false;
        }

        seconds = (hour * 3_600) + (minute * 60);
        rest = text[5..];
        if (rest.IsEmpty || rest[0] != ':')
        {
            return true;
        }

        if (rest.Length < 3 || !TryDigits(rest.Slice(1, 2), out var second) || second > 59)
        {
            return false;
        }

        seconds += second;
        rest = rest[3..];
        if (rest.Length > 1 && rest[0] == '.' && rest[1] == '0')
        {
            rest = rest[1..].TrimStart((byte)'0');
        }

        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.Length < 3 || text[0] is not ((byte)'+' or (byte)'-') || !TryDigits(text.Slice(1, 2), out var hours))
        {
            return false;
        }

        var rest = text[3..];
        rest = rest.Length == 3 && rest[0] == ':' ? rest[1..] : rest;
        var minutes = 0;
        if (hours > 14 || (!rest.IsEmpty && (rest.Length != 2 || !TryDigits(rest, out minutes) || minutes > 59)))
        {
            return false;
        }

        seconds = ((hours * 3_600) + (minutes * 60)) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
