namespace Ktrdr.Operations.Tests;

public sealed class KeyTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Under_one_key_a_start_is_recorded_once_whatever_its_slot_and_the_day_say_later()
    {
        await using var house = House.Build(_home, new Stage());
        var request = Request("one", "up") with
        {
            Slot = "only",
            Hold = Money.FromDollars(1),
            DailyLimit = Money.FromDollars(1),
        };

        var first = Assert.IsType<StartResult.Started>(await StartAsync(house, request)).Operation;

        // The slot is taken and the day exhausted, both by the very operation the key stands for.
        Assert.Equal(first.Id, Assert.IsType<StartResult.Repeated>(await StartAsync(house, request)).Operation.Id);
        Assert.IsType<StartResult.Taken>(await StartAsync(house, request with { Key = new StartKey("two", "up") }));
        Assert.Equal(1, (await house.Operations.ListAsync(new OperationQuery(), default)).Total);
    }

    [Fact]
    public async Task A_key_that_stands_for_something_else_is_told_from_one_that_is_new()
    {
        await using var house = House.Build(_home, new Stage());
        await StartAsync(house, Request("one", "up"));

        Assert.IsType<StartResult.Repeated>(await house.Operations.StartedUnderAsync(new("one", "up"), default));
        Assert.IsType<StartResult.KeyReused>(await house.Operations.StartedUnderAsync(new("one", "down"), default));
        Assert.IsType<StartResult.KeyReused>(await StartAsync(house, Request("one", "down")));
        Assert.Null(await house.Operations.StartedUnderAsync(new("two", "up"), default));
    }

    private static Task<StartResult> StartAsync(House house, StartRequest<Part> request) =>
        house.Operations.StartAsync(request, default);

    private static StartRequest<Part> Request(string key, string fingerprint) =>
        new()
        {
            Type = "parent",
            Order = new Part("solo"),
            Key = new StartKey(key, fingerprint),
        };
}
