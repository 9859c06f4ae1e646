namespace Ktrdr.Archive;

/// <summary>Moments as they are written in files and messages: ISO 8601, UTC, whole seconds.</summary>
internal static class Iso
{
    public static string Of(long unixSeconds) => Moment(unixSeconds).ToString("yyyy-MM-ddTHH:mm:ssZ");

    public static DateTimeOffset Moment(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds);
}
