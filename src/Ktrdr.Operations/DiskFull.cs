using Microsoft.Data.Sqlite;

namespace Ktrdr.Operations;

/// <summary>Tells a disk without room from everything else that keeps something from being written.</summary>
public static class DiskFull
{
    /// <summary>What an operation, or an answer, that ends for want of room is marked with.</summary>
    public const string Code = "disk_full";

    private const int NoSpaceOnUnix = 28;
    private const int QuotaOnLinux = 122;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);
    private const int SqliteFull = 13;

    /// <summary>Describes a failure that came of a full disk.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="database">Where the records lie, for the failure of a database that does not say.</param>
    /// <returns>The path and what is needed there, in words; null when something else was the cause.</returns>
    public static string? Describe(Exception? failure, string database) =>
        failure switch
        {
            IOException { HResult: NoSpaceOnUnix or QuotaOnLinux or DiskFullOnWindows or HandleDiskFullOnWindows } =>
                failure.Message,
            SqliteException { SqliteErrorCode: SqliteFull } =>
                $"Cannot write {database}: {failure.Message} Its log takes up to 4 MB while it works.",
            _ => null,
        };
}
