using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Ktrdr.Operations;

/// <summary>One SQLite file: one writer behind a gate, readers on connections of their own.</summary>
/// <remarks>The bundled library sleeps a whole second whenever two writers meet, so within a process they never do.</remarks>
internal sealed class SqliteDatabase : Database
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _path;
    private readonly string _readers;
    private readonly SqliteConnection? _writer;
    private bool _disposed;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    private SqliteDatabase(string path, SqliteConnection? writer)
    {
        _path = path;
        _writer = writer;
        _readers = Describe(path, SqliteOpenMode.ReadOnly, pooling: true);
    }

    /// <inheritdoc/>
    public override string Name => _path;

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override string Clock(double secondsAgo = 0) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"strftime('%Y-%m-%dT%H:%M:%f0000Z', 'now', '{-secondsAgo:0.###} seconds')"
        );

    /// <inheritdoc/>
    public override string Field(string column, string name) => $"json_extract({column}, '$.' || {name})";

    /// <inheritdoc/>
    public override string Bytes =>
        "(SELECT page_count * page_size FROM pragma_page_count() CROSS JOIN pragma_page_size())";

    /// <summary>Opens the file for writing, makes it if need be, and brings its schema up to date.</summary>
    public static SqliteDatabase Open(string path, IEnumerable<string> ledgers)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
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

            return new SqliteDatabase(path, writer);
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
    public static SqliteDatabase OpenToRead(string path) => new(path, writer: null);

    /// <inheritdoc/>
    public override async Task WriteAsync(Action<DbConnection> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var writer = _writer ?? throw new InvalidOperationException($"{_path} was opened for reading only.");
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

    /// <inheritdoc/>
    public override T Read<T>(Func<DbConnection, T> read, T missing, int since = 1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writer is null && !Path.Exists(_path))
        {
            return missing;
        }

        try
        {
            return ReadPresent(read, missing, since);
        }
        catch (SqliteException fault) when (IsDamage(fault))
        {
            throw new DatabaseDamagedException(_path, fault);
        }
    }

    /// <inheritdoc/>
    public override int WriteAside(string sql, params (string, object?)[] values)
    {
        // There is one writer, so nothing is beside it.
        var changed = 0;
        WriteAsync(connection => changed = connection.Execute(sql, values), CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        return changed;
    }

    /// <inheritdoc/>
    public override void Dispose()
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
        if (_writer is null && VersionOf(reader, _path) < since)
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
            writer.Execute(Schema.Sqlite[version]);
        }

        foreach (var ledger in ledgers)
        {
            writer.Execute(Schema.SqliteLedger(ledger));
        }

        if (found < Schema.Version)
        {
            writer.Execute($"PRAGMA user_version = {Schema.Version}");
        }

        writer.Execute("COMMIT");
    }

    internal static int VersionOf(SqliteConnection connection, string path) =>
        Known(connection.Query("PRAGMA user_version", row => row.GetInt32(0))[0], path);

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
