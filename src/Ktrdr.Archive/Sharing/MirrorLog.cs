using Microsoft.Extensions.Logging;

namespace Ktrdr.Archive;

internal static partial class MirrorLog
{
    [LoggerMessage(401, LogLevel.Information, "{Path} came from another home", EventName = "file_taken")]
    public static partial void Taken(this ILogger logger, string path);

    [LoggerMessage(
        402,
        LogLevel.Warning,
        "{Path} of this home is not what the homes on its database share, and is left alone as somebody's own work. "
            + "Move it away to get theirs; under another name it is shared at the next start",
        EventName = "file_left_alone"
    )]
    public static partial void LeftAlone(this ILogger logger, string path);

    [LoggerMessage(
        403,
        LogLevel.Error,
        "The database offers a file '{Path}', which no home takes; it was refused",
        EventName = "file_refused"
    )]
    public static partial void Refused(this ILogger logger, string path);

    [LoggerMessage(
        404,
        LogLevel.Error,
        "{Path} is damaged in the database and was not taken. A home that has it puts it right by writing it again",
        EventName = "file_damaged"
    )]
    public static partial void Damaged(this ILogger logger, string path);

    [LoggerMessage(
        405,
        LogLevel.Warning,
        "{Path} of this home is not shared: it is damaged, incomplete, a link, or too large for a database",
        EventName = "file_not_shared"
    )]
    public static partial void NotShared(this ILogger logger, string path);
}
