using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Operations.Tests;

public sealed class SpendingTableTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_database_from_before_money_is_read_as_one_where_none_was_spent()
    {
        MakeVersionOne();
        var before = File.ReadAllBytes(_home.Database);
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new Clock())
            .AddOperationsReader(options => options.DatabasePath = _home.Database)
            .BuildServiceProvider();
        var operations = services.GetRequiredService<IOperations>();

        await AssertNothingSpent(operations);
        Assert.Equal(OperationStatus.Completed, (await operations.FindAsync("op_old", CancellationToken.None))!.Status);
        var records = await operations.RecordsAsync("op_old", CancellationToken.None);
        Assert.Equal("up", Assert.Single(records).Value.GetProperty("brief").GetString());
        Assert.Equal("wave", await operations.TakenNameAsync("op_old", "strategy", CancellationToken.None));
        Assert.Null(await operations.TakenNameAsync("op_old", "model", CancellationToken.None));
        Assert.Equal(before, File.ReadAllBytes(_home.Database));
    }

    [Fact]
    public async Task A_home_without_a_database_has_spent_nothing_and_keeps_its_limit()
    {
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new Clock())
            .AddOperationsReader(options => options.DatabasePath = _home.Database)
            .BuildServiceProvider();
        var operations = services.GetRequiredService<IOperations>();

        await AssertNothingSpent(operations);
        Assert.Empty(await operations.RecordsAsync("op_none", CancellationToken.None));
        Assert.Null(await operations.TakenNameAsync("op_none", "strategy", CancellationToken.None));
        Assert.False(File.Exists(_home.Database));
    }

    [Fact]
    public async Task A_database_from_before_money_opens_keeps_what_it_has_and_takes_money()
    {
        MakeVersionOne();
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);

        Assert.Equal(OperationStatus.Completed, house.Store.Find("op_old")!.Status);
        Assert.Equal("wave", house.Store.TakenName("op_old", "strategy"));
        var buyer = await till.OpenAsync(hold: 0.15m, limit: 5);
        await till.ReserveAsync(buyer, Till.Order("reply", 0.20m));
        Assert.Equal((0m, 0.20m), till.Stand());
    }

    [Fact]
    public async Task The_balance_looks_at_live_operations_and_at_the_day_and_at_nothing_else()
    {
        await using var house = House.Build(_home, new Stage());
        var plan = new List<string>();
        await house.Database.WriteAsync(
            connection =>
            {
                foreach (var query in SpendingLedger.BalanceQueries)
                {
                    plan.AddRange(connection.Query($"EXPLAIN QUERY PLAN {query}", row => row.GetString(3)));
                }
            },
            CancellationToken.None
        );

        string[] tables = ["operations", "purchases", "settlements", "holds"];
        var scans = plan.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal))
            .Where(step => tables.Any(step.Contains));
        Assert.All(scans, step => Assert.Contains("USING INDEX operations_live", step));
        Assert.Contains(plan, step => step.Contains("USING INDEX settlements_day (charged_day=?)"));
    }

    private static async Task AssertNothingSpent(IOperations operations)
    {
        Assert.Empty(await operations.PaymentsAsync(day: null, rootId: null, CancellationToken.None));
        var balance = await operations.BalanceAsync(Till.Dollars(5m), CancellationToken.None);
        Assert.Equal(
            (Money.Zero, Money.Zero, 0, 0),
            (balance.Settled, balance.Reserved, balance.Payments, balance.PayingTrees)
        );
        Assert.Equal((new DateOnly(2026, 11, 2), 5m), (balance.Day, balance.Left!.Value.Dollars));
    }

    /// <summary>What the first released program left behind: one finished operation with a record and a name.</summary>
    private void MakeVersionOne()
    {
        using var connection = new SqliteConnection($"Data Source={_home.Database};Pooling=False");
        connection.Open();
        connection.Execute(Schema.Sqlite[0]);
        connection.Execute(
            """
            INSERT INTO operations
                (id, sequence, type, root_id, name, role, status, progress, metadata, "order", created_at)
            VALUES ('op_old', 1, 'parent', 'op_old', 'parent', 'waiting', 'completed',
                '{"percentage":100,"current_step":"","context":{}}', '{}', '{}', '2026-10-01T00:00:00.0000000Z');
            INSERT INTO records VALUES ('op_old', 'brief', '{"brief":"up"}');
            INSERT INTO names VALUES ('strategy', 'wave', 'op_old');
            PRAGMA user_version = 1;
            """
        );
    }
}
