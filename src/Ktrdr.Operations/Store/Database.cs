using System.Data.Common;

namespace Ktrdr.Operations;

/// <summary>Where the records lie: one writer at a time, any number of readers, every commit on disk before it is answered.</summary>
internal abstract class Database : IDisposable
{
    /// <summary>What messages call it; never with a password.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a database for writing, makes it if need be, and brings its schema up to date.</summary>
    public static Database Open(OperationsOptions options, IEnumerable<string> ledgers) =>
        options.DatabaseUrl is { } url
            ? PostgresDatabase.Open(PostgresAddress.Parse(url), ledgers)
            : SqliteDatabase.Open(options.DatabasePath, ledgers);

    /// <summary>Looks at a database without ever writing to it; a missing one is an empty history.</summary>
    public static Database OpenToRead(OperationsOptions options) =>
        options.DatabaseUrl is { } url
            ? PostgresDatabase.OpenToRead(PostgresAddress.Parse(url))
            : SqliteDatabase.OpenToRead(options.DatabasePath);

    /// <summary>Whether other processes may work on it too.</summary>
    public abstract bool IsShared { get; }

    /// <summary>The database's own time in SQL, some seconds ago, written as <see cref="StoredOperation.Text(DateTimeOffset)"/>
    /// does: what processes on several machines measure each other's silence by.</summary>
    public abstract string Clock(double secondsAgo = 0);

    /// <summary>The text of a JSON column's field in SQL; both are SQL themselves.</summary>
    public abstract string Field(string column, string name);

    /// <summary>The room that the records take, in SQL.</summary>
    public abstract string Bytes { get; }

    /// <summary>Runs one transaction. Waiting for the turn can be cancelled; the transaction cannot.</summary>
    public abstract Task WriteAsync(Action<DbConnection> work, CancellationToken cancellationToken);

    /// <summary>Reads one consistent state; answers <paramref name="missing"/> where there is no database yet, or one from
    /// before the schema version that brought what is read.</summary>
    public abstract T Read<T>(Func<DbConnection, T> read, T missing, int since = 1);

    /// <summary>Runs one small statement of its own beside the transactions, without waiting for their turn.</summary>
    /// <returns>How many rows it changed.</returns>
    public abstract int WriteAside(string sql, params (string, object?)[] values);

    /// <summary>Tells the other processes something, once the transaction it is said in is committed. Nobody need hear it.</summary>
    public virtual void Tell(DbConnection connection, string message) { }

    /// <summary>The same, outside of any transaction.</summary>
    public virtual void TellAside(string message) { }

    /// <summary>Hears what the other processes tell, until cancelled; lost connections are made anew.</summary>
    public virtual Task HearAsync(Action<string> hear, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>What every store says of a database that a newer program made.</summary>
    protected static int Known(int version, string name) =>
        version <= Schema.Version
            ? version
            : throw new DatabaseTooNewException(
                $"{name} has schema version {version}, and this program knows versions up to {Schema.Version}: "
                    + "a newer ktrdr wrote it. Use that one, or another home; nothing was changed."
            );
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

/// <summary>The database's server does not answer, or refuses us.</summary>
public sealed class DatabaseUnavailableException(string name, Exception inner)
    : DbException(
        $"The database {name} cannot be used now ({inner.Message.TrimEnd('.')}). Nothing was lost; what was to be written is "
            + "written once it is back, and a request may be made again then.",
        inner
    );
