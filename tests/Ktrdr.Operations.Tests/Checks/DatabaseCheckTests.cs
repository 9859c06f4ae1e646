using Microsoft.Data.Sqlite;

namespace Ktrdr.Operations.Tests;

public sealed class DatabaseCheckTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_database_at_rest_is_whole_and_nothing_appears_beside_it()
    {
        var operation = await RunOneAsync();
        var before = Files();

        var state = DatabaseCheck.Of(_home.Database, held: false);

        Assert.Equal(FindingLevel.Ok, state.Finding.Level);
        Assert.StartsWith("whole; 1 operations", state.Finding.Value);
        Assert.Contains($"schema {Schema.Version}", state.Finding.Value);
        Assert.True(state.Newest >= operation.CompletedAt);
        Assert.Null(state.LastDay);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_database_that_is_worked_on_is_read_with_its_log()
    {
        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        await house.RunAsync("parent", "solo");

        Assert.StartsWith("whole; 1 operations", DatabaseCheck.Of(_home.Database, held: true).Finding.Value);
    }

    [Fact]
    public async Task The_last_day_of_the_ledgers_of_money_is_known()
    {
        await using (var house = House.Build(_home, new Stage()))
        {
            await new Till(house).OpenAsync(hold: 0.15m, limit: 5);
        }

        Assert.Equal(DateOnly.FromDateTime(DateTime.UtcNow), DatabaseCheck.Of(_home.Database, held: false).LastDay);
    }

    [Fact]
    public void No_database_is_fine_and_none_is_made()
    {
        Assert.Equal(FindingLevel.Ok, DatabaseCheck.Of(_home.Database, held: false).Finding.Level);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_newer_database_is_said_to_be_newer()
    {
        await RunOneAsync();
        Write($"PRAGMA user_version = {Schema.Version + 1}");

        var finding = DatabaseCheck.Of(_home.Database, held: false).Finding;

        Assert.Equal((FindingLevel.Wrong, "written by a newer ktrdr"), (finding.Level, finding.Value));
        Assert.Contains($"schema version {Schema.Version + 1}", finding.Why);
        Assert.Contains("Use the newer ktrdr", finding.Fix);
    }

    [Fact]
    public async Task A_page_that_was_overwritten_is_found()
    {
        await RunOneAsync();
        Assert.Equal(FindingLevel.Ok, DatabaseCheck.Of(_home.Database, held: false).Finding.Level);
        using (var file = File.OpenWrite(_home.Database))
        {
            // Every page but the first, which says what the file is and holds the schema.
            file.Position = 4096;
            file.Write(new byte[file.Length - 4096]);
        }

        var finding = DatabaseCheck.Of(_home.Database, held: false).Finding;

        Assert.Equal(FindingLevel.Wrong, finding.Level);
        Assert.Contains("Put a copy of it back", finding.Fix);
    }

    [Fact]
    public void What_is_no_database_is_named()
    {
        File.WriteAllText(_home.Database, "certainly no database, and long enough to look like one");

        var finding = DatabaseCheck.Of(_home.Database, held: false).Finding;

        Assert.Equal((FindingLevel.Wrong, "cannot be read"), (finding.Level, finding.Value));
        Assert.Contains(_home.Database, finding.Why);
    }

    private async Task<Operation> RunOneAsync()
    {
        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        return await house.RunAsync("parent", "solo");
    }

    private void Write(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_home.Database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    private string[] Files() =>
        [
            .. new DirectoryInfo(_home.Path)
                .EnumerateFiles()
                .Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc:O}")
                .Order(StringComparer.Ordinal),
        ];
}
