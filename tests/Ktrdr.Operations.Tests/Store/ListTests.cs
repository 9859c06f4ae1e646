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
        var plan = new List<string>();
        await house.Database.WriteAsync(
            connection =>
                plan.AddRange(
                    connection.Query($"EXPLAIN QUERY PLAN SELECT id FROM operations {query}", row => row.GetString(3))
                ),
            CancellationToken.None
        );

        var look = Assert.Single(plan, step => step.Contains(" operations ", StringComparison.Ordinal));
        Assert.Matches(@"operations_live|operations_type \(type=\? AND status=\?\)", look);
    }

    public void Dispose() => _home.Dispose();
}
