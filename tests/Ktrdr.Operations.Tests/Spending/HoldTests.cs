namespace Ktrdr.Operations.Tests;

public abstract class HoldTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Of_a_thousand_starts_at_once_for_15_cents_33_fit_into_five_dollars()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(_ => Task.Run(() => till.AskAsync(0.15m, limit: 5)))
        );

        Assert.Equal(33, results.OfType<StartResult.Started>().Count());
        var refused = results.OfType<StartResult.Exhausted>().ToList();
        Assert.Equal(967, refused.Count);
        Assert.All(refused, refusal => Assert.Equal(4.95m, refusal.Balance.Reserved.Dollars));
        Assert.Equal((0m, 4.95m), till.Stand());
        Assert.Equal(0.05m, till.Balance(5).Left!.Value.Dollars);
        Assert.Equal(33, (await house.Operations.ListAsync(new OperationQuery(), CancellationToken.None)).Total);
    }

    [Fact]
    public async Task A_hold_is_drawn_on_by_the_purchases_of_its_own_tree()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var cycle = await till.OpenAsync(hold: 0.15m, limit: 0.20m);
        var design = await till.ChildOf(cycle, "design");
        var stranger = await till.OpenAsync();

        Assert.Equal((0m, 0.15m), till.Stand());
        await till.ReserveAsync(design, Till.Order("first", 0.10m, perDay: 0.20m));
        Assert.Equal((0m, 0.15m), till.Stand());
        await till.SettleAsync(design, "first", 0.04m);
        Assert.Equal((0.04m, 0.11m), till.Stand());

        // A nickel is free; the rest of the hold is its own tree's.
        var refused = await till.ReserveAsync(stranger, Till.Order("theirs", 0.06m, perDay: 0.20m));
        Assert.Equal(0.05m, Assert.IsType<Allowance.Refused>(refused).Left.Dollars);
        Assert.IsType<Allowance.Granted>(await till.ReserveAsync(design, Till.Order("second", 0.16m, perDay: 0.20m)));
        Assert.Equal((0.04m, 0.16m), till.Stand());
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("cancelled before it began")]
    [InlineData("crashed too often")]
    public async Task However_a_tree_ends_the_rest_of_its_hold_is_free_again(string end)
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var id = Assert.IsType<StartResult.Started>(await till.AskAsync(0.15m, limit: 5)).Operation.Id;
        if (end == "cancelled before it began")
        {
            await house.Store.CancelAsync(id, null, CancellationToken.None);
            Assert.Equal((0m, 0m), till.Stand());
            return;
        }

        var cycle = await till.ClaimAsync(id);
        await till.ReserveAsync(cycle, Till.Order("reply", 0.05m, perDay: 5));
        await till.SettleAsync(cycle, "reply", 0.02m);
        Assert.Equal((0.02m, 0.13m), till.Stand());
        switch (end)
        {
            case "completed":
                await till.EndAsync(cycle);
                break;
            case "failed":
                await till.EndAsync(cycle, Ending.Failed(new OperationError("design_failed", "No.", null)));
                break;
            case "cancelled":
                await house.Store.CancelAsync(id, null, CancellationToken.None);
                Assert.Equal((0.02m, 0.13m), till.Stand());
                await house.Store.EndAbandonedAsync(id, await house.HandAsync(), CancellationToken.None);
                break;
            default:
                await house.ClaimAgainAsync(id, crashCap: 1);
                break;
        }

        Assert.True(house.Store.Find(id)!.IsTerminal);
        Assert.Equal((0.02m, 0m), till.Stand());
    }

    [Fact]
    public async Task A_taken_slot_is_reported_before_an_exhausted_budget_and_either_records_nothing()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var first = Assert.IsType<StartResult.Started>(await till.AskAsync(0.15m, limit: 0.15m, slot: "cycle"));

        var taken = await till.AskAsync(0.15m, limit: 0.15m, slot: "cycle");
        Assert.Equal(first.Operation.Id, Assert.IsType<StartResult.Taken>(taken).Holder.Id);
        var exhausted = await till.AskAsync(0.15m, limit: 0.15m, slot: "another");
        Assert.Equal(0.15m, Assert.IsType<StartResult.Exhausted>(exhausted).Balance.Reserved.Dollars);
        Assert.Equal(1, (await house.Operations.ListAsync(new OperationQuery(), CancellationToken.None)).Total);
        Assert.Equal((0m, 0.15m), till.Stand());
    }

    [Fact]
    public async Task A_limit_of_zero_refuses_every_hold_and_none_is_never_refused()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);

        Assert.IsType<StartResult.Exhausted>(await till.AskAsync(0.000000001m, limit: 0));
        Assert.IsType<StartResult.Started>(await till.AskAsync(0, limit: 0));
        Assert.IsType<StartResult.Started>(await till.AskAsync(1_000_000m, limit: null));
        Assert.IsType<StartResult.Started>(await till.AskAsync(0, limit: 5));
        await Assert.ThrowsAsync<ArgumentException>(() => till.AskAsync(-0.15m, limit: 5));
    }

    [Fact]
    public async Task What_exactly_fits_is_admitted()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        Assert.IsType<StartResult.Started>(await till.AskAsync(4.85m, limit: 5));
        Assert.IsType<StartResult.Exhausted>(await till.AskAsync(0.150000001m, limit: 5));
        Assert.IsType<StartResult.Started>(await till.AskAsync(0.15m, limit: 5));
        Assert.Equal(Money.Zero, till.Balance(5).Left);
    }
}
