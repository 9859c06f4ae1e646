using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Ktrdr.Operations.Tests;

/// <summary>What may lie in the place of the database's file.</summary>
public sealed class DatabaseFileTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_database_of_a_newer_program_is_left_alone()
    {
        await using (House.Build(_home, new Stage()))
        {
            using var database = SqliteDatabase.Open(_home.Database, []);
            database.Dispose();
        }

        using (var connection = new SqliteConnection($"Data Source={_home.Database};Pooling=False"))
        {
            connection.Open();
            connection.Execute($"PRAGMA user_version = {Schema.Version + 1}");
        }

        var refusal = Assert.Throws<DatabaseTooNewException>(() => SqliteDatabase.Open(_home.Database, []));
        Assert.Contains(_home.Database, refusal.Message);
        Assert.Contains($"{Schema.Version + 1}", refusal.Message);
        using var reader = SqliteDatabase.OpenToRead(_home.Database);
        Assert.Throws<DatabaseTooNewException>(() => reader.Read<DbConnection?>(connection => connection, null));
    }

    [Fact]
    public void What_is_no_database_is_named_and_left_alone()
    {
        var rubbish = "certainly no database"u8.ToArray();
        File.WriteAllBytes(_home.Database, rubbish);

        Assert.Contains(
            _home.Database,
            Assert.Throws<DatabaseDamagedException>(() => SqliteDatabase.Open(_home.Database, [])).Message
        );
        using var reader = SqliteDatabase.OpenToRead(_home.Database);
        Assert.Throws<DatabaseDamagedException>(() => reader.Read<DbConnection?>(connection => connection, null));
        Assert.Equal(rubbish, File.ReadAllBytes(_home.Database));
    }

    [Fact]
    public void A_folder_in_the_database_s_place_is_no_empty_history()
    {
        Directory.CreateDirectory(_home.Database);

        Assert.Throws<DatabaseDamagedException>(() => SqliteDatabase.Open(_home.Database, []));
        using var reader = SqliteDatabase.OpenToRead(_home.Database);
        Assert.Throws<DatabaseDamagedException>(() => reader.Read<DbConnection?>(connection => connection, null));
    }

    [Fact]
    public void A_file_cannot_be_a_home()
    {
        var file = Path.Combine(Path.GetDirectoryName(_home.Database)!, "file");
        File.WriteAllText(file, "in the way");

        var refusal = Assert.Throws<IOException>(() => HomeLock.TryAcquire(file, new HomeHolder(1, null)));
        Assert.Contains($"{file} cannot be a home: it is a file.", refusal.Message);
        Assert.Contains("--home", refusal.Message);
    }
}
