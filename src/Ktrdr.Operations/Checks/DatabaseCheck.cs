using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ktrdr.Operations;

/// <summary>What a look at a database came to.</summary>
/// <param name="Finding">How it stands.</param>
/// <param name="Newest">When the last line of history was written, or null where there is none.</param>
/// <param name="LastDay">The last day that money was held back or charged on, or null.</param>
public sealed record DatabaseState(Finding Finding, DateTimeOffset? Newest = null, DateOnly? LastDay = null);

/// <summary>Looks at a database without changing anything, not even the files that SQLite keeps beside it.</summary>
public static class DatabaseCheck
{
    private const string What = "database";
    private const int SpendingSince = 2;
    private const string MoveIt =
        "Put a copy of it back, or move it away; strategies, models and data are kept beside it and stay.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the file opens, its schema is one this program knows, and it is whole.</summary>
    /// <param name="path">The database's file.</param>
    /// <param name="held">Whether a process holds its home and may be writing to it.</param>
    public static DatabaseState Of(string path, bool held)
    {
        if (!Path.Exists(path))
        {
            return new DatabaseState(Finding.Ok(What, "none yet; the first work makes it"));
        }

        try
        {
            using var connection = new SqliteConnection(Describe(path, held));
            connection.Open();
            var version = SqliteDatabase.VersionOf(connection, path);
            return Faults(connection) is { } faults
                ? new DatabaseState(faults)
                : new DatabaseState(
                    Finding.Ok(What, InWords(connection, path, version)),
                    version > 0 ? Newest(connection) : null,
                    version >= SpendingSince ? LastDay(connection) : null
                );
        }
        catch (DatabaseTooNewException newer)
        {
            return Newer(newer, "another home with --home or KTRDR_HOME");
        }
        catch (SqliteException fault)
        {
            return new DatabaseState(Finding.Wrong(What, "cannot be read", $"{path}: {fault.Message}", MoveIt));
        }
    }

    /// <summary>Whether a database server answers, and the schema there is one this program knows.</summary>
    /// <param name="url">Its address.</param>
    public static DatabaseState OfServer(string url)
    {
        try
        {
            using var database = PostgresDatabase.OpenToRead(PostgresAddress.Parse(url));
            return database.Read(
                connection =>
                {
                    var operations = connection.Query("SELECT count(*) FROM operations", row => row.GetInt64(0))[0];
                    var told = $"{database.Name} answers; {operations:#,0} operations";
                    return new DatabaseState(Finding.Ok(What, told), Newest(connection), LastDay(connection));
                },
                new DatabaseState(
                    Finding.Ok(What, $"{database.Name} answers; no tables yet, the first work makes them")
                ),
                SpendingSince
            );
        }
        catch (DatabaseTooNewException newer)
        {
            return Newer(newer, "another database");
        }
        catch (DatabaseUnavailableException away)
        {
            return new DatabaseState(
                Finding.Wrong(
                    What,
                    "does not answer",
                    away.Message,
                    "Check KTRDR_DATABASE, and whether that server runs."
                )
            );
        }
    }

    // A database at rest is all in its file, and is read as something that cannot change; else its readers need the log
    // beside it, and SQLite would make a new one for them.
    private static string Describe(string path, bool held)
    {
        var log = new FileInfo(path + "-wal");
        var atRest = !held && (!log.Exists || log.Length == 0);
        return new SqliteConnectionStringBuilder
        {
            DataSource = atRest ? new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1" : path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString();
    }

    // quick_check reads every page: of the usual database in milliseconds, of a huge one until patience ends.
    private static Finding? Faults(SqliteConnection connection)
    {
        var interrupted = false;
        using var impatience = new Timer(
            _ =>
            {
                interrupted = true;
                raw.sqlite3_interrupt(connection.Handle);
            },
            state: null,
            Patience,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            var faults = connection.Query("PRAGMA quick_check(3)", row => row.GetString(0));
            return faults is ["ok"]
                ? null
                : Finding.Wrong(
                    What,
                    "damaged",
                    $"SQLite's quick_check found: {string.Join("; ", faults).ReplaceLineEndings(" ")}",
                    MoveIt
                );
        }
        catch (SqliteException) when (interrupted)
        {
            return Finding.Warning(
                What,
                $"not looked through to the end: that takes more than {Patience.TotalSeconds:0} s",
                "A huge database takes long to read, and so does one on a slow disk.",
                "Stop the server and run SQLite's own check: sqlite3 ktrdr.db 'PRAGMA integrity_check'"
            );
        }
    }

    private static DatabaseState Newer(DatabaseTooNewException newer, string another) =>
        new(Finding.Wrong(What, "written by a newer ktrdr", newer.Message, $"Use the newer ktrdr, or {another}."));

    private static string InWords(SqliteConnection connection, string path, int version)
    {
        var operations =
            version == 0 ? 0 : connection.Query("SELECT count(*) FROM operations", row => row.GetInt64(0))[0];
        var size = new FileInfo(path).Length / 1e6;
        var schema =
            version == Schema.Version
                ? $"schema {version}"
                : $"schema {version}, which the next work brings to {Schema.Version}";
        return $"whole; {operations:#,0} operations, {size:0.0} MB, {schema}";
    }

    private static DateTimeOffset? Newest(DbConnection connection) =>
        connection.Query("SELECT max(at) FROM events", row => row.Text(0))[0] is { } at
            ? StoredOperation.Time(at)
            : null;

    private static DateOnly? LastDay(DbConnection connection) =>
        connection.Query(
            "SELECT max(day) FROM (SELECT day FROM holds UNION ALL SELECT charged_day FROM settlements) AS days",
            row => row.Text(0)
        )
            is [{ } day]
            ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;
}
