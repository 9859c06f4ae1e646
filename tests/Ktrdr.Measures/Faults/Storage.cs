using System.Security.Cryptography;
using System.Text;
using Ktrdr.Postgres;

namespace Ktrdr.Measures;

/// <summary>Where the records of homes lie: in each home's own file, or in a schema each of one real PostgreSQL.</summary>
internal sealed class Storage : IDisposable
{
    private Storage(PostgresServer? server, string? database) => (Server, Database) = (server, database);

    /// <summary>In files of the homes.</summary>
    public static Storage Sqlite { get; } = new(null, null);

    /// <summary>The server that was started for it, or null.</summary>
    public PostgresServer? Server { get; }

    /// <summary>What every address begins with, to be told to another process; null for files.</summary>
    public string? Database { get; }

    /// <summary>The store of this name on the command line; a server is started for it, whose commits wait for the disk.</summary>
    public static Storage Named(string name)
    {
        switch (name)
        {
            case "sqlite":
                return Sqlite;
            case "postgres" when PostgresServer.Missing is { } missing:
                throw new InvalidOperationException(missing);
            case "postgres":
                var server = PostgresServer.Start(synced: true);
                return new Storage(server, server.AddressOf(""));
            default:
                throw new ArgumentException($"There is no store '{name}'; there are sqlite and postgres.");
        }
    }

    /// <summary>A server that another process started; nothing can be read of it here.</summary>
    public static Storage Elsewhere(string? database) => string.IsNullOrEmpty(database) ? Sqlite : new(null, database);

    /// <summary>Settings, with where a home's records lie among them.</summary>
    public IReadOnlyDictionary<string, string> Settings(string home, IReadOnlyDictionary<string, string> others) =>
        Database is null
            ? others
            : new Dictionary<string, string>(others) { ["KTRDR_DATABASE"] = Database + SchemaOf(home) };

    /// <summary>The records of a home.</summary>
    public Records RecordsOf(string home) =>
        Server is null ? Records.OfHome(home) : Records.OfServer(Server.ConnectionTo(SchemaOf(home)));

    /// <summary>How a home stands in which nothing moves: the files are looked at after the records.</summary>
    public Standing StandingOf(string home, Records? before = null, bool atRest = false) =>
        new(home, RecordsOf(home)) { Before = before, AtRest = atRest };

    public void Dispose() => Server?.Dispose();

    public override string ToString() => Database is null ? "SQLite" : "PostgreSQL";

    private static string SchemaOf(string home) =>
        $"home_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)))[..16]}";
}
