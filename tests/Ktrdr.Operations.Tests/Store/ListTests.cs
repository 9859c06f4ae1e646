namespace Ktrdr.Operations.Tests;

/// <summary>Lists stay quick however long the history has become.</summary>
public sealed class ListTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    [Theory]
    [InlineData(null, OperationStatus.Running)]
    [InlineData("parent", OperationStatus.Running)]
    [InlineData("parent", OperationStatus.Pending)]
    public async Task Whoever_looks_for_live_operations_passes_over_none_that_ended(
        string? type,
        OperationStatus status
    )
    {
        await using var house = House.Build(_home, new Stage());
        var query = OperationStore.Newest(new OperationQuery { Type = type, Status = status });
        var plan = await PlanAsync(house, $"SELECT id FROM operations {query}");

        var look = Assert.Single(plan, step => step.Contains(" operations ", StringComparison.Ordinal));
        Assert.Matches(@"operations_live|operations_status|operations_type_status \(type=\? AND status=\?\)", look);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("parent", null)]
    [InlineData(null, OperationStatus.Failed)]
    [InlineData("parent", OperationStatus.Failed)]
    public async Task A_list_reads_what_it_shows_and_no_more_and_counts_without_reading_any(
        string? type,
        OperationStatus? status
    )
    {
        await using var house = House.Build(_home, new Stage());
        var query = new OperationQuery { Type = type, Status = status };

        var page = await PlanAsync(house, $"SELECT metadata FROM operations {OperationStore.Newest(query)}");
        Assert.DoesNotContain(page, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        Assert.Contains(" USING INDEX ", Assert.Single(page), StringComparison.Ordinal);
        foreach (var live in (bool[])[false, true])
        {
            var counted = OperationStore.Which(query with { Live = live });
            var count = await PlanAsync(house, $"SELECT count(*) FROM operations {counted}");
            Assert.Contains(" USING COVERING INDEX ", Assert.Single(count), StringComparison.Ordinal);
        }
    }

    private static async Task<IReadOnlyList<string>> PlanAsync(House house, string sql)
    {
        var plan = new List<string>();
        await house.Database.WriteAsync(
            connection => plan.AddRange(connection.Query($"EXPLAIN QUERY PLAN {sql}", row => row.GetString(3))),
            CancellationToken.None
        );
        return plan;
    }

    public void Dispose() => _home.Dispose();
}
