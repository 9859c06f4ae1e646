using System.Data.Common;
using Ktrdr.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ktrdr.Operations.Tests;

/// <summary>A database as the program before this one left it: schema 3, with work that ended and money that was spent.</summary>
public sealed class EarlierSchemaTests
{
    private const int Earlier = 3;

    // Two ended in the other order than they were recorded in, and the same second; what still lives has no place.
    private const string Left = """
        INSERT INTO operations (id, sequence, type, root_id, name, role, status, progress, metadata, "order", created_at, completed_at)
        VALUES
            ('late', 1, 'parent', 'late', '', 'waiting', 'failed', '{"percentage":0,"current_step":"","context":{}}', '{}', '{}',
                '2026-01-01T00:00:00.0000000Z', '2026-01-03T00:00:00.0000000Z'),
            ('live', 2, 'parent', 'live', '', 'waiting', 'pending', '{"percentage":0,"current_step":"","context":{}}', '{}', '{}',
                '2026-01-01T00:00:00.0000000Z', NULL),
            ('early', 3, 'parent', 'early', '', 'waiting', 'completed', '{"percentage":0,"current_step":"","context":{}}', '{}', '{}',
                '2026-01-01T00:00:00.0000000Z', '2026-01-02T00:00:00.0000000Z');
        INSERT INTO purchases (number, day, root_id, operation_id, attempt, key, reserved, reserved_at, about)
        VALUES (1, '2026-01-02', 'late', 'late', 1, 'a', 20, '2026-01-02T00:00:00.0000000Z', '{}'),
            (2, '2026-01-02', 'early', 'early', 1, 'a', 30, '2026-01-02T00:00:00.0000000Z', '{}');
        INSERT INTO settlements (number, cost, outcome, settled_at, usage, charged_day, settled_in_day, payments_in_day, trees_in_day)
        VALUES (2, 3, 'settled', '2026-01-02T00:00:01.0000000Z', '{}', '2026-01-02', 3, 1, 1),
            (1, 2, 'settled', '2026-01-02T00:00:02.0000000Z', '{}', '2026-01-02', 5, 2, 2);
        INSERT INTO events (operation_id, number, at, kind, body) VALUES ('late', 1, '', 'refused_write', '{}');
        """;

    [Fact]
    public async Task What_a_file_had_is_counted_in_the_order_in_which_it_happened()
    {
        using var home = new TemporaryHome();
        using (var file = new SqliteConnection($"Data Source={home.Database};Pooling=False"))
        {
            file.Open();
            Make(file, Schema.Sqlite);
            file.Execute($"PRAGMA user_version = {Earlier}");
        }

        await AssertCountedAsync(home);
    }

    [Fact]
    public async Task What_a_server_had_is_counted_in_the_order_in_which_it_happened()
    {
        using var home = new TemporaryHome(RecordsIn.Postgres);
        var options = new OperationsOptions();
        home.Configure(options);
        using (var server = new NpgsqlConnection(PostgresAddress.Parse(options.DatabaseUrl!).Connection))
        {
            server.Open();
            server.Execute($"CREATE SCHEMA {new NpgsqlConnectionStringBuilder(server.ConnectionString).SearchPath}");
            Make(server, Schema.Postgres);
            server.Execute("CREATE TABLE schema_version (version BIGINT NOT NULL)");
            server.Execute($"INSERT INTO schema_version VALUES ({Earlier})");
        }

        await AssertCountedAsync(home);
    }

    private static void Make(DbConnection connection, string[] steps)
    {
        foreach (var step in steps.Take(Earlier))
        {
            connection.Execute(step);
        }

        connection.Execute(Left);
    }

    private static async Task AssertCountedAsync(TemporaryHome home)
    {
        await using var house = House.Build(home, new Stage());

        var ended = await house.Figures.EndedAsync(0, 10, CancellationToken.None);
        var charged = await house.Figures.ChargedAsync(0, 10, CancellationToken.None);
        var standing = await house.Figures.StandingAsync(null, "phase", CancellationToken.None);

        Assert.Equal(
            [(1, OperationStatus.Completed), (2, OperationStatus.Failed)],
            ended.Select(one => (one.Number, one.Status))
        );
        Assert.Equal([(1, 3L), (2, 2L)], charged.Select(one => (one.Number, one.Cost.Nano)));
        Assert.Equal((1L, 1), (standing.RefusedWrites, standing.Live.Sum(live => live.Count)));

        // The ledger is as append-only as it was, and what ends now comes after what had ended.
        await Assert.ThrowsAnyAsync<DbException>(() =>
            house.Database.WriteAsync(one => one.Execute("UPDATE settlements SET cost = 0"), CancellationToken.None)
        );
        await house.Operations.CancelAsync("live", null, CancellationToken.None);
        Assert.Equal(3, Assert.Single(await house.Figures.EndedAsync(2, 10, CancellationToken.None)).Number);
    }
}
