using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Ktrdr.Operations;

/// <summary>One SQLite file: one writer behind a gate, readers on connections of their own.</summary>
/// <remarks>The bundled library sleeps a whole second whenever two writers meet, so within a process they never do.</remarks>
internal sealed class Database : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _readers;
    private readonly SqliteConnection? _writer;
    private bool _disposed;

    static Database() => SQLitePCL.Batteries_V2.Init();

    private Database(string path, SqliteConnection? writer)
    {
        Path = path;
        _writer = writer;
        _readers = Describe(path, SqliteOpenMode.ReadOnly, pooling: true);
    }

    public string Path { get; }

    /// <summary>Opens the file for writing, makes it if need be, and brings its schema up to date.</summary>
    public static Database Open(string path, IEnumerable<string> ledgers)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        var writer = new SqliteConnection(Describe(path, SqliteOpenMode.ReadWriteCreate, pooling: false));
        try
        {
            writer.Open();

            // The bundled library sleeps a whole second per collision under a busy timeout of its own; without one the
            // provider tries again after 150 ms, until its command's time is up.
            writer.Execute(
                "PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            );
            Migrate(writer, path, ledgers);

            return new Database(path, writer);
        }
        catch (SqliteException fault) when (IsDamage(fault))
        {
            writer.Dispose();
            throw new DatabaseDamagedException(path, fault);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Looks at the file without ever writing to it; a missing file is an empty history.</summary>
    public static Database OpenToRead(string path) => new(path, writer: null);

    /// <summary>Runs one transaction. Waiting for the turn can be cancelled; the transaction cannot.</summary>
    public async Task WriteAsync(Action<DbConnection> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var writer = _writer ?? throw new InvalidOperationException($"{Path} was opened for reading only.");
            writer.Execute("BEGIN IMMEDIATE");
            try
            {
                work(writer);
                writer.Execute("COMMIT");
            }
            catch
            {
                RollBack(writer);
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads one consistent state; answers <paramref name="missing"/> where there is no database yet, or one from
    /// before the schema version that brought what is read.</summary>
    public T Read<T>(Func<DbConnection, T> read, T missing, int since = 1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writer is null && !System.IO.Path.Exists(Path))
        {
            return missing;
        }

        try
        {
            return ReadPresent(read, missing, since);
        }
        catch (SqliteException fault) when (IsDamage(fault))
        {
            throw new DatabaseDamagedException(Path, fault);
        }
    }

    public void Dispose()
    {
        _gate.Wait();
        try
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            using var reader = new SqliteConnection(_readers);
            SqliteConnection.ClearPool(reader);
            _writer?.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    private T ReadPresent<T>(Func<DbConnection, T> read, T missing, int since)
    {
        using var reader = new SqliteConnection(_readers);
        reader.Open();
        if (_writer is null && VersionOf(reader, Path) < since)
        {
            return missing;
        }

        reader.Execute("BEGIN");
        try
        {
            return read(reader);
        }
        finally
        {
            reader.Execute("COMMIT");
        }
    }

    /// <summary>All that is missing in one transaction, so that it waits for the disk once; nothing missing, nothing written.</summary>
    private static void Migrate(SqliteConnection writer, string path, IEnumerable<string> ledgers)
    {
        writer.Execute("BEGIN IMMEDIATE");
        var found = VersionOf(writer, path);
        for (var version = found; version < Schema.Version; version++)
        {
            writer.Execute(Schema.Migrations[version]);
        }

        foreach (var ledger in ledgers)
        {
            writer.Execute(Schema.Ledger(ledger));
        }

        if (found < Schema.Version)
        {
            writer.Execute($"PRAGMA user_version = {Schema.Version}");
        }

        writer.Execute("COMMIT");
    }

    internal static int VersionOf(SqliteConnection connection, string path)
    {
        var version = connection.Query("PRAGMA user_version", row => row.GetInt32(0))[0];
        return version <= Schema.Version
            ? version
            : throw new DatabaseTooNewException(
                $"{path} has schema version {version}, and this program knows versions up to {Schema.Version}: "
                    + "a newer ktrdr wrote it. Use that one, or another home; nothing was changed."
            );
    }

    private static void RollBack(SqliteConnection writer)
    {
        try
        {
            writer.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk has rolled back already; what went wrong first is what the caller must hear.
        }
    }

    // IOERR, CORRUPT, CANTOPEN and NOTADB: what lies there is no database of ours, or not a whole one.
    private static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is 10 or 11 or 14 or 26;

    private static string Describe(string path, SqliteOpenMode mode, bool pooling) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = pooling,
        }.ToString();
}

/// <summary>A database written by a newer program than this one.</summary>
public sealed class DatabaseTooNewException(string message) : IOException(message);

/// <summary>What lies in the database's place is no whole SQLite database.</summary>
public sealed class DatabaseDamagedException(string path, Exception inner)
    : IOException(
        $"The database {path} cannot be opened or is damaged ({inner.Message}). "
            + "Put a copy of it back, or move it away: strategies, models and data are kept beside it and stay. "
            + "Nothing was changed.",
        inner
    );
