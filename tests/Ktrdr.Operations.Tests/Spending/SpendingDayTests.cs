namespace Ktrdr.Operations.Tests;

public abstract class SpendingDayTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);
    private readonly Clock _clock = new() { Now = new(2026, 11, 2, 23, 59, 59, TimeSpan.Zero) };

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_clock_set_back_gives_no_money_back()
    {
        await using var house = House.Build(_home, new Stage(), time: _clock);
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await till.ReserveAsync(buyer, Till.Order("reply", 5, perDay: 5));
        await till.SettleAsync(buyer, "reply", 5);
        _clock.Now = _clock.Now.AddDays(-400);

        Assert.IsType<StartResult.Exhausted>(await till.AskAsync(0.15m, limit: 5));
        Assert.IsType<Allowance.Refused>(await till.ReserveAsync(buyer, Till.Order("more", 0.01m, perDay: 5)));
        var balance = till.Balance(5);
        Assert.Equal((new DateOnly(2026, 11, 2), 5m), (balance.Day, balance.Settled.Dollars));
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero), balance.ResetsAt);

        // What is bought meanwhile is charged to the day that counts, not to the one the clock shows.
        await till.ReserveAsync(buyer, Till.Order("beyond", 1, perDay: 7));
        Assert.Equal(new DateOnly(2026, 11, 2), house.Store.Payments(null, null)[0].Day);
    }

    [Fact]
    public async Task Midnight_begins_a_new_day_and_what_is_open_counts_in_it_but_is_charged_to_its_own()
    {
        await using var house = House.Build(_home, new Stage(), time: _clock);
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await till.ReserveAsync(buyer, Till.Order("spent", 3, perDay: 5));
        await till.SettleAsync(buyer, "spent", 3);
        await till.ReserveAsync(buyer, Till.Order("open", 2, perDay: 5));
        Assert.Equal((3m, 2m), till.Stand());

        _clock.Now = _clock.Now.AddSeconds(1);
        Assert.Equal((0m, 2m), till.Stand());
        var refused = await till.ReserveAsync(buyer, Till.Order("new", 3.01m, perDay: 5));
        Assert.Equal(3m, Assert.IsType<Allowance.Refused>(refused).Left.Dollars);

        await till.SettleAsync(buyer, "open", 1.5m);
        Assert.Equal((0m, 0m), till.Stand());
        var yesterday = house.Store.Payments(new DateOnly(2026, 11, 2), rootId: null);
        Assert.Equal(4.5m, yesterday.Sum(payment => payment.Settled!.Value.Dollars));
        Assert.Empty(house.Store.Payments(new DateOnly(2026, 11, 3), rootId: null));
    }

    [Fact]
    public async Task A_hold_lives_through_midnight_and_shrinks_by_what_its_tree_paid_before()
    {
        await using var house = House.Build(_home, new Stage(), time: _clock);
        var till = new Till(house);
        var buyer = await till.OpenAsync(hold: 1, limit: 5);
        await till.ReserveAsync(buyer, Till.Order("spent", 0.4m, perDay: 5));
        await till.SettleAsync(buyer, "spent", 0.4m);
        _clock.Now = _clock.Now.AddDays(1);

        Assert.Equal((0m, 0.6m), till.Stand());
        Assert.IsType<StartResult.Exhausted>(await till.AskAsync(4.5m, limit: 5));
        Assert.IsType<StartResult.Started>(await till.AskAsync(4.4m, limit: 5));
    }
}
