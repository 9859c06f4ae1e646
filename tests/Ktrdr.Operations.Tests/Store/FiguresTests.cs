using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Operations.Tests;

/// <summary>What there is to count, so that totals can be added up from the records alone.</summary>
public abstract class FiguresTests(RecordsIn where) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Everything_that_ended_comes_once_in_the_order_in_which_it_ended()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var first = await till.OpenAsync();
        var second = await till.OpenAsync();
        var third = (await house.StartAsync("parent", "solo")).Id;
        await till.EndAsync(second);
        await house.Operations.CancelAsync(third, null, None);
        await till.EndAsync(first, Ending.Failed(new OperationError("parent_failed", "no", null)));
        var live = await till.OpenAsync();

        var page = await house.Figures.EndedAsync(0, most: 2, None);
        var rest = await house.Figures.EndedAsync(page[^1].Number, most: 2, None);

        Assert.Equal([1L, 2, 3], [.. page.Concat(rest).Select(ended => ended.Number)]);
        Assert.Equal(
            [OperationStatus.Completed, OperationStatus.Cancelled, OperationStatus.Failed],
            page.Concat(rest).Select(ended => ended.Status)
        );
        Assert.Equal([null, "cancelled_by_user", "parent_failed"], page.Concat(rest).Select(ended => ended.ErrorCode));
        Assert.Equal([true, false, true], page.Concat(rest).Select(ended => ended.Took is not null));
        Assert.Empty(await house.Figures.EndedAsync(3, most: 2, None));
        await till.EndAsync(live);
        Assert.Equal(4, Assert.Single(await house.Figures.EndedAsync(3, most: 2, None)).Number);
    }

    [Fact]
    public async Task A_purchase_comes_when_it_is_charged_and_its_tree_has_paid_for_it_in_the_end()
    {
        var clock = new Clock();
        await using var house = House.Build(_home, new Stage(), time: clock);
        var till = new Till(house);
        var root = await till.OpenAsync();
        var child = await till.ChildOf(root, "design");
        await till.ReserveAsync(root, Till.Order("early", 0.5m));
        await till.ReserveAsync(child, Till.Order("late", 0.25m));
        clock.Now += TimeSpan.FromSeconds(3);
        await till.SettleAsync(child, "late", 0.125m);
        var known = Assert.Single(await house.Figures.ChargedAsync(0, most: 10, None));
        await till.EndAsync(child);
        await till.EndAsync(root);
        var last = Assert.Single(await house.Figures.ChargedAsync(known.Number, most: 10, None));

        Assert.Equal((1, Till.Dollars(0.125m), "settled"), (known.Number, known.Cost, known.Outcome));
        Assert.Equal(TimeSpan.FromSeconds(3), known.Took);
        Assert.Equal("claude-opus-5-5", (string?)known.About["model"]);
        Assert.Equal((2, Till.Dollars(0.5m), "unknown"), (last.Number, last.Cost, last.Outcome));
        var ended = await house.Figures.EndedAsync(0, most: 10, None);
        Assert.Equal([null, Till.Dollars(0.625m)], ended.Select(one => one.Paid));
    }

    [Fact]
    public async Task What_died_is_counted_apart_by_whether_its_own_home_went_on_with_it()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var operation = await till.OpenAsync();
        await till.ClaimAgainAsync(operation.Id);
        Assert.Equal((1L, 0L, 0L), await CountsAsync(house));

        var stranger = new Node(
            "elsewhere",
            "there",
            "another home",
            default,
            default,
            [new NodeRole("waiting", 1, 0)]
        );
        await house.Store.JoinAsync(stranger, again: true, OnRestart.Resume, crashCap: 100, None);
        await house.Store.PutBackAsync(house.Store.Find(operation.Id)!, countsAsCrash: true, crashCap: 100, None);
        Assert.Equal((2L, 0L, 0L), await CountsAsync(house));
        await house.Store.ClaimAsync(operation.Id, "elsewhere", begun: null, None);

        Assert.Equal((2L, 1L, 0L), await CountsAsync(house));
        await Assert.ThrowsAsync<StaleAttemptException>(() =>
            house.Store.ProgressAsync(operation.Id, operation.Attempt, null, None)
        );
        Assert.Equal((2L, 1L, 1L), await CountsAsync(house));
    }

    [Fact]
    public async Task What_lives_is_counted_by_type_role_status_and_a_fact()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var running = await till.OpenAsync();
        await house.Store.SetMetadataAsync(
            running.Id,
            running.Attempt,
            new JsonObject { ["phase"] = "training" },
            None
        );
        await house.StartAsync("parent", "solo");
        await house.StartAsync("parent", "solo");

        var standing = await house.Figures.StandingAsync(Till.Dollars(5m), "phase", None);

        Assert.Equivalent(
            new[]
            {
                new LiveCount("parent", "waiting", OperationStatus.Pending, null, 2),
                new LiveCount("parent", "waiting", OperationStatus.Running, "training", 1),
            },
            standing.Live
        );
        Assert.Equal(Till.Dollars(5m), standing.Balance.Left);
        Assert.Equal(1, Assert.Single(Assert.Single(standing.Nodes).Roles).Capacity);
        Assert.InRange(standing.DatabaseBytes, 1, long.MaxValue);
        Assert.InRange(standing.LongestSilence, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Whoever_observes_writes_hears_of_each_once_it_is_durable()
    {
        var observer = new Observer();
        await using var house = House.Build(
            _home,
            new Stage(),
            add: services => services.AddSingleton<IWriteObserver>(observer)
        );

        await house.StartAsync("parent", "solo");

        Assert.Equal(1, observer.Writes);
    }

    private static async Task<(long Recoveries, long Takeovers, long RefusedWrites)> CountsAsync(House house)
    {
        var standing = await house.Figures.StandingAsync(dailyLimit: null, "phase", None);
        return (standing.Recoveries, standing.Takeovers, standing.RefusedWrites);
    }

    private sealed class Observer : IWriteObserver
    {
        public int Writes { get; private set; }

        public void Written(TimeSpan took) => Writes++;
    }
}
