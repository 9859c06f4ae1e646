using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Ktrdr.Operations;

/// <summary>One PostgreSQL schema that any number of processes work on: each writes on one connection of its own and reads on
/// connections from a pool.</summary>
/// <remarks>A transaction begins by taking an advisory lock that goes with it, so of all processes one writes at a time, as in
/// the file of the other store: what a statement read before it wrote is still so. When a connection breaks, the next write
/// connects anew. What a broken commit did is not known: whoever wrote looks again, and every write of ours can be repeated or
/// is refused by the attempt's number.</remarks>
internal sealed partial class PostgresDatabase : Database
{
    // "ktrd": tells our advisory locks from others' in the same database. The second half of the key is the schema.
    private const string TakeTurn = "SELECT pg_advisory_xact_lock(1802793572, hashtext(current_schema()))";

    // What is told in one schema is heard in that schema only.
    private const string Channel = "'ktrdr ' || hashtext(current_schema())";
    private const string TellAll = $"SELECT pg_notify({Channel}, @message)";
    private const int MostAside = 4;
    private const string PausedInTransaction = "25P03";
    private static readonly TimeSpan ConnectAgain = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly NpgsqlDataSource _source;

    // Never waits for those who read: what a process says of itself must be on time.
    private readonly NpgsqlDataSource _aside;

    // Tells what this process said from what the others say.
    private readonly string _self = RandomNumberGenerator.GetHexString(8);
    private readonly bool _writes;
    private NpgsqlConnection? _writer;
    private bool _disposed;

    private PostgresDatabase(PostgresAddress address, bool writes)
    {
        Name = address.Name;
        _writes = writes;
        _source = SourceOf(address.Connection);
        _aside = SourceOf(
            new NpgsqlConnectionStringBuilder(address.Connection) { MaxPoolSize = MostAside }.ConnectionString
        );
    }

    // Without a name of its own it is called by its connection string, in every span of a statement.
    private static NpgsqlDataSource SourceOf(string connection) =>
        new NpgsqlDataSourceBuilder(connection) { Name = "ktrdr" }.Build();

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool IsShared => true;

    /// <summary>Connects for writing and brings the schema up to date.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be reached, or refuses us.</exception>
    public static PostgresDatabase Open(PostgresAddress address, IEnumerable<string> ledgers)
    {
        var database = new PostgresDatabase(address, writes: true);
        try
        {
            database.Guarded(() =>
            {
                database._writer = database.Connect();
                database.Migrate(database._writer, ledgers);
                return true;
            });
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Looks and never writes.</summary>
    public static PostgresDatabase OpenToRead(PostgresAddress address) => new(address, writes: false);

    /// <inheritdoc/>
    public override async Task WriteAsync(Action<DbConnection> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_writes)
            {
                throw new InvalidOperationException($"{Name} was opened for reading only.");
            }

            Guarded(() =>
            {
                Write(work);
                return true;
            });
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
        return Pooled(
            _source,
            reader =>
            {
                using var moment = reader.BeginTransaction(IsolationLevel.RepeatableRead);
                return !_writes && VersionOf(reader) < since ? missing : read(reader);
            }
        );
    }

    /// <inheritdoc/>
    public override T ReadAtOnce<T>(Func<DbConnection, T> read, T missing)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Pooled(_source, reader => !_writes && VersionOf(reader) < 1 ? missing : read(reader));
    }

    /// <inheritdoc/>
    public override int WriteAside(string sql, params (string, object?)[] values)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Pooled(_aside, writer => writer.Execute(sql, values));
    }

    /// <inheritdoc/>
    public override void Tell(DbConnection connection, string message) =>
        connection.Execute(TellAll, ("@message", $"{_self} {message}"));

    /// <inheritdoc/>
    public override void TellAside(string message) => WriteAside(TellAll, ("@message", $"{_self} {message}"));

    /// <inheritdoc/>
    public override async Task HearAsync(Action<string> hear, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !_disposed)
        {
            try
            {
                await using var ear = await _source.OpenConnectionAsync(cancellationToken);
                var channel = ear.Query($"SELECT {Channel}", row => row.GetString(0))[0];
                ear.Notification += (_, told) =>
                {
                    if (told.Payload.Split(' ', 2) is [var teller, var message] && teller != _self)
                    {
                        hear(message);
                    }
                };
                ear.Execute($"LISTEN \"{channel}\"");
                while (true)
                {
                    await ear.WaitAsync(cancellationToken);
                }
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What was told meanwhile is lost; everybody looks for himself now and then.
                await Task.Delay(ConnectAgain, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _gate.Wait();
        try
        {
            if (!_disposed)
            {
                _disposed = true;
                _writer?.Dispose();
                _source.Dispose();
                _aside.Dispose();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Write(Action<DbConnection> work)
    {
        using var transaction = Begin();
        work(transaction.Connection!);
        transaction.Commit();
    }

    /// <summary>A transaction whose turn it is. A connection may have died with a server that is back since, so where one fails
    /// before anything was written, a new one is tried at once.</summary>
    private NpgsqlTransaction Begin()
    {
        if (_writer is { } used)
        {
            try
            {
                return BeginOn(used);
            }
            catch (Exception) when (used.FullState != ConnectionState.Open)
            {
                _writer = null;
                used.Dispose();
            }
        }

        return BeginOn(_writer = Connect());
    }

    private static NpgsqlTransaction BeginOn(NpgsqlConnection writer)
    {
        var transaction = writer.BeginTransaction();
        try
        {
            writer.Execute(TakeTurn);
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>Does something on a connection from the pool that may be done twice: once more where the connection turns out to have
    /// died, as all of them do with the server.</summary>
    private T Pooled<T>(NpgsqlDataSource source, Func<NpgsqlConnection, T> use) =>
        Guarded(() =>
        {
            try
            {
                return Use();
            }
            catch (NpgsqlException fault) when (IsServers(fault))
            {
                source.Clear();
                return Use();
            }

            T Use()
            {
                using var connection = source.OpenConnection();
                return use(connection);
            }
        });

    private NpgsqlConnection Connect()
    {
        var writer = _source.OpenConnection();
        try
        {
            // A schema that was named and is not there would leave the tables wherever the server puts them.
            if (writer.Query("SELECT current_schema()", row => row.Text(0))[0] is null)
            {
                MakeSchema(writer, new NpgsqlConnectionStringBuilder(_source.ConnectionString).SearchPath ?? "");
            }

            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>One at a time: the server lets two who make the same schema at once collide.</summary>
    private static void MakeSchema(NpgsqlConnection writer, string name)
    {
        using var transaction = writer.BeginTransaction();
        writer.Execute("SELECT pg_advisory_xact_lock(1802793572, hashtext(@name))", ("@name", name));
        writer.Execute($"CREATE SCHEMA IF NOT EXISTS \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        transaction.Commit();
    }

    private void Migrate(NpgsqlConnection writer, IEnumerable<string> ledgers)
    {
        using var transaction = writer.BeginTransaction();
        writer.Execute(TakeTurn);
        var found = VersionOf(writer);
        for (var version = found; version < Schema.Version; version++)
        {
            writer.Execute(Schema.Postgres[version]);
        }

        foreach (var ledger in ledgers.Where(ledger => !Exists(writer, $"ledger_{ledger}")))
        {
            writer.Execute(Schema.PostgresLedger(ledger));
        }

        if (found < Schema.Version)
        {
            writer.Execute(
                "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL); DELETE FROM schema_version;"
            );
            writer.Execute("INSERT INTO schema_version (version) VALUES (@version)", ("@version", Schema.Version));
        }

        transaction.Commit();
    }

    private int VersionOf(NpgsqlConnection connection) =>
        Exists(connection, "schema_version")
            ? Known(connection.Query("SELECT version FROM schema_version", row => row.GetInt32(0))[0], Name)
            : 0;

    private static bool Exists(NpgsqlConnection connection, string table) =>
        connection.Query("SELECT to_regclass(@table) IS NOT NULL", row => row.GetBoolean(0), ("@table", table))[0];

    // What the server or the way to it is to blame for gets our name for it; what our statements are to blame for stays.
    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException fault) when (IsServers(fault))
        {
            throw new DatabaseUnavailableException(Name, fault);
        }
        catch (SocketException fault)
        {
            throw new DatabaseUnavailableException(Name, fault);
        }
    }

    // Classes of SQLSTATE: connection, authorisation, no such database, out of resources, operator's hand, system's error; and
    // a transaction we paused in for too long.
    private static bool IsServers(NpgsqlException fault) =>
        fault is not PostgresException
        || fault.SqlState
            is PausedInTransaction
                or ['0', '8', ..]
                or ['2', '8', ..]
                or ['3', 'D', ..]
                or ['5', '3' or '7' or '8', ..];
}
