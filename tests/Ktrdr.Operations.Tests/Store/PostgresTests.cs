using System.Data.Common;
using Ktrdr.Postgres;

namespace Ktrdr.Operations.Tests;

/// <summary>What only a database server can do to us.</summary>
public sealed class PostgresTests
{
    [Fact]
    public void Both_stores_have_the_same_tables_with_the_same_columns()
    {
        Assert.Equal(Schema.Sqlite.Length, Schema.Postgres.Length);
        using var home = new TemporaryHome();
        using var file = SqliteDatabase.Open(home.Database, ["trials"]);
        using var server = PostgresDatabase.Open(Address(), ["trials"]);

        var inFile = file.Read(
            connection =>
                connection.Query(
                    """
                    SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
                    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1
                    """,
                    row => row.GetString(0)
                ),
            []
        );
        var inServer = server.Read(
            connection =>
                connection.Query(
                    """
                    SELECT table_name || '.' || column_name FROM information_schema.columns
                    WHERE table_schema = current_schema() AND table_name <> 'schema_version' ORDER BY 1
                    """,
                    row => row.GetString(0)
                ),
            []
        );

        Assert.Equal(inFile.Order(StringComparer.Ordinal), inServer.Order(StringComparer.Ordinal));
        Assert.Contains("ledger_trials.body", inServer);
    }

    [Fact]
    public async Task Any_number_of_processes_make_the_schema_and_write_to_it_one_after_the_other()
    {
        var address = Address();
        var all = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresDatabase.Open(address, ["trials"])))
        );
        await all[0]
            .WriteAsync(connection => connection.Execute("CREATE TABLE tally (count BIGINT)"), CancellationToken.None);
        await all[0]
            .WriteAsync(connection => connection.Execute("INSERT INTO tally VALUES (0)"), CancellationToken.None);

        // Read, then written: two at once would lose a count.
        await Task.WhenAll(
            all.SelectMany(database =>
                Enumerable
                    .Range(0, 20)
                    .Select(_ =>
                        Task.Run(() =>
                            database.WriteAsync(
                                connection =>
                                {
                                    var count = connection.Query("SELECT count FROM tally", row => row.GetInt64(0))[0];
                                    connection.Execute("UPDATE tally SET count = @count", ("@count", count + 1));
                                },
                                CancellationToken.None
                            )
                        )
                    )
            )
        );

        Assert.Equal(120, all[5].Read(one => one.Query("SELECT count FROM tally", row => row.GetInt64(0))[0], 0));
        foreach (var database in all)
        {
            database.Dispose();
        }
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_left_alone()
    {
        var address = Address();
        using (var database = PostgresDatabase.Open(address, []))
        {
            await database.WriteAsync(
                connection => connection.Execute("UPDATE schema_version SET version = version + 1"),
                CancellationToken.None
            );
        }

        var refusal = Assert.Throws<DatabaseTooNewException>(() => PostgresDatabase.Open(address, []));
        Assert.Contains($"{Schema.Version + 1}", refusal.Message);
        using var reader = PostgresDatabase.OpenToRead(address);
        Assert.Throws<DatabaseTooNewException>(() => reader.Read<DbConnection?>(connection => connection, null));
    }

    [Fact]
    public void A_schema_nobody_wrote_to_is_an_empty_history()
    {
        using var reader = PostgresDatabase.OpenToRead(Address());

        Assert.Equal("nothing", reader.Read(_ => "something", "nothing"));
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_loses_nothing_and_doubles_nothing()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        using var server = PostgresServer.Start(synced: true);
        using var home = new TemporaryHome();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stage = new Stage()
            .Asking("cycle", "before", "during")
            .On("before")
            .On(
                "during",
                async (part, _, cancellationToken) =>
                {
                    await gate.Task.WaitAsync(cancellationToken);
                    return new Played(part.Act, 7);
                }
            );
        await using var house = await House.OpenAsync(
            home,
            stage,
            options => options.DatabaseUrl = server.AddressOf("cycles")
        );
        var cycle = await house.StartAsync("parent", "cycle");
        await stage.Entered("during");

        server.Kill();
        var refusal = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => house.StartAsync("parent", "cycle"));
        Assert.Contains("postgres://postgres@127.0.0.1", refusal.Message);
        gate.SetResult(); // ends while nobody can write that down
        server.Up();

        Assert.Equal(OperationStatus.Completed, (await house.EndOf(cycle.Id)).Status);
        // The parent may begin again from the top; what it asked for is not done twice.
        Assert.Equal(["before", "during"], stage.Played.Where(act => act != "cycle"));
        Assert.Equal(
            1,
            (await house.Operations.ListAsync(new OperationQuery { Type = "parent" }, CancellationToken.None)).Total
        );
    }

    [Theory]
    [InlineData("mysql://u@h/d")]
    [InlineData("postgres://host/database")]
    [InlineData("postgres://user:secret@host")]
    [InlineData("postgres://user:secret@host/database?colour=red")]
    [InlineData("not an address")]
    public void An_address_that_is_none_is_refused_without_its_password(string address)
    {
        var refusal = Assert.Throws<FormatException>(() => PostgresAddress.Parse(address));

        Assert.DoesNotContain("secret", refusal.Message);
    }

    [Fact]
    public void An_address_is_taken_apart_and_shown_without_its_password()
    {
        var address = PostgresAddress.Parse(
            "postgres://me:p%40ss@db.example:6543/research?schema=eurusd&sslmode=require"
        );

        Assert.Equal("postgres://me@db.example:6543/research?schema=eurusd&sslmode=require", address.Name);
        foreach (
            var part in new[]
            {
                "Host=db.example",
                "Port=6543",
                "Database=research",
                "Username=me",
                "Password=p@ss",
                "Search Path=eurusd",
                "SSL Mode=Require",
            }
        )
        {
            Assert.Contains(part, address.Connection, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_password_in_the_wrong_place_is_not_repeated()
    {
        var wrong = Assert.Throws<FormatException>(() =>
            PostgresAddress.Parse("postgres://me@db.example/research?password=hunter2")
        );

        Assert.Contains("'password=' is not understood", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.Message, StringComparison.Ordinal);
    }

    private static PostgresAddress Address()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        return PostgresAddress.Parse(PostgresServer.Shared.AddressOf($"home_{Guid.NewGuid():N}"));
    }
}
