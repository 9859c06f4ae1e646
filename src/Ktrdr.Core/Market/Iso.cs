using System.Globalization;

namespace Ktrdr.Core;

/// <summary>Moments as files and messages write them: ISO 8601, UTC, whole seconds.</summary>
public static class Iso
{
    /// <summary>Seconds since 1970-01-01 UTC as <c>2010-01-04T09:00:00Z</c>.</summary>
    public static string Of(long unixSeconds) =>
        DateTimeOffset
            .FromUnixTimeSeconds(unixSeconds)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
