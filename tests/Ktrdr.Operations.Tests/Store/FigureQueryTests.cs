namespace Ktrdr.Operations.Tests;

/// <summary>How figures are read. Asked of SQLite: PostgreSQL chooses its plan by how much there is.</summary>
public sealed class FigureQueryTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task No_figure_is_read_by_going_through_a_whole_history()
    {
        await using var house = House.Build(_home, new Stage());
        var plan = new List<string>();
        await house.Database.WriteAsync(
            connection =>
            {
                foreach (var query in OperationStore.FigureQueries(house.Database))
                {
                    plan.AddRange(connection.Query($"EXPLAIN QUERY PLAN {query}", row => row.GetString(3)));
                }
            },
            CancellationToken.None
        );

        // What lives is in an index of its own; so are the events that are counted.
        string[] small = ["operations_live", "events_counted"];
        Assert.All(
            plan.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)),
            step => Assert.Contains(small, step.Contains)
        );
        Assert.Contains(plan, step => step.Contains("operations_ended (ended>?)"));
        Assert.Contains(plan, step => step.Contains("settlements_sequence (sequence>?)"));
        Assert.Contains(plan, step => step.Contains("events_counted (kind=? AND operation_id=? AND number<?)"));
    }
}
