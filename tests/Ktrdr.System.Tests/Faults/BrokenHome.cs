using Microsoft.Data.Sqlite;

namespace Ktrdr.System.Tests;

/// <summary>A copy of a home whose database lets anything be done to it. Gone afterwards.</summary>
internal sealed class BrokenHome : IDisposable
{
    private readonly SqliteConnection _records;

    /// <summary>Copies a home.</summary>
    public BrokenHome(Home home)
    {
        foreach (var file in Directory.EnumerateFiles(home.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = At(Path.GetRelativePath(home.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        _records = new SqliteConnection($"Data Source={At("ktrdr.db")};Pooling=False");
        _records.Open();
        Free();
    }

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ktrdr-broken-").FullName;

    /// <summary>The full path of something in it.</summary>
    public string At(string relative) => Path.Combine(Folder, relative);

    /// <summary>Does to the records whatever it says.</summary>
    public void Do(string sql)
    {
        using var command = _records.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _records.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // A table made from a query has the rows of the other and none of its rules.
    private void Free()
    {
        var tables = new List<string>();
        using (var command = _records.CreateCommand())
        {
            command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table'";
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                tables.Add(rows.GetString(0));
            }
        }

        Do("PRAGMA foreign_keys = OFF");
        foreach (var table in tables)
        {
            Do($"CREATE TABLE free AS SELECT * FROM {table}; DROP TABLE {table}; ALTER TABLE free RENAME TO {table}");
        }
    }
}
