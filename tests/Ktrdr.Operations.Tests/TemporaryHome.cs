using Ktrdr.Postgres;

namespace Ktrdr.Operations.Tests;

/// <summary>Where the records of a test lie.</summary>
public enum RecordsIn
{
    /// <summary>In a file of the home.</summary>
    Sqlite,

    /// <summary>In a schema of its own of a real PostgreSQL server.</summary>
    Postgres,
}

/// <summary>A folder of its own, gone afterwards, with records in the store asked for.</summary>
internal sealed class TemporaryHome : IDisposable
{
    private readonly string? _address;

    public TemporaryHome(RecordsIn where = RecordsIn.Sqlite)
    {
        if (where == RecordsIn.Postgres)
        {
            Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
            _address = PostgresServer.Shared.AddressOf($"home_{Guid.NewGuid():N}");
        }
    }

    /// <summary>Another folder whose records lie in the same schema.</summary>
    public TemporaryHome(TemporaryHome other) => _address = other._address;

    public string Path { get; } = Directory.CreateTempSubdirectory("ktrdr-operations-").FullName;

    public string Database => System.IO.Path.Combine(Path, "ktrdr.db");

    public void Configure(OperationsOptions options) =>
        (options.DatabasePath, options.DatabaseUrl) = (Database, _address);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
