using Microsoft.Data.Sqlite;

namespace Ktrdr.Operations;

/// <summary>Puts what went wrong into words for the record.</summary>
internal static class Failures
{
    private const int NoSpaceOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);
    private const int SqliteFull = 13;

    public static OperationError Describe(
        Exception exception,
        string failureCode,
        Operation operation,
        string databasePath
    ) =>
        exception switch
        {
            ChildFailedException { Child.Error: { } error } => error,
            IOException { HResult: NoSpaceOnUnix or DiskFullOnWindows or HandleDiskFullOnWindows } => DiskFull(
                exception.Message
            ),
            SqliteException { SqliteErrorCode: SqliteFull } => DiskFull($"{exception.Message} ({databasePath})"),
            _ => new OperationError(
                failureCode,
                exception.Message,
                $"See the log around {operation.Id} for where it happened, and start it again once that is mended."
            ),
        };

    private static OperationError DiskFull(string message) =>
        new("disk_full", message, "Make room on that disk and start it again; what was there before is intact.");
}
