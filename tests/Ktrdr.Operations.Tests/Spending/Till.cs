using System.Text.Json.Nodes;

namespace Ktrdr.Operations.Tests;

/// <summary>Operations that buy things, without an engine: each under an attempt that the test claimed for it.</summary>
internal sealed class Till(House house)
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    public static Money? Dollars(decimal? dollars) => dollars is { } some ? Money.FromDollars(some) : null;

    /// <summary>An order to buy something of one price, or of a price that grows by steps.</summary>
    public static Purchase Order(
        string key,
        decimal least,
        decimal? perDay = null,
        decimal? perTree = null,
        (decimal Step, long Steps)? more = null
    ) =>
        new()
        {
            Key = key,
            Least = Dollars(least),
            Step = Dollars(more?.Step ?? 0),
            Steps = more?.Steps ?? 0,
            Limits = new SpendingLimits(Dollars(perDay), Dollars(perTree)),
            About = new JsonObject { ["model"] = "claude-opus-5-5" },
        };

    public Task<StartResult> AskAsync(decimal hold, decimal? limit, string? slot = null, string? resumes = null) =>
        house.Operations.StartAsync(
            new StartRequest<Part>
            {
                Type = "parent",
                Order = new Part("cycle"),
                Hold = Dollars(hold),
                DailyLimit = Dollars(limit),
                Slot = slot,
                Resumes = resumes,
            },
            None
        );

    /// <summary>An operation at work, with what it holds back.</summary>
    public async Task<Operation> OpenAsync(decimal hold = 0, decimal? limit = null, string? resumes = null)
    {
        var started = Assert.IsType<StartResult.Started>(await AskAsync(hold, limit, resumes: resumes)).Operation;
        return await ClaimAsync(started.Id);
    }

    public async Task<Operation> ChildOf(Operation parent, string name)
    {
        var child = new NewOperation($"{parent.Id}_{name}", "child", "working", name, parent.RootId, "{}")
        {
            ParentId = parent.Id,
        };
        await house.Store.ChildAsync(parent.Id, parent.Attempt, child, None);
        return await ClaimAsync(child.Id);
    }

    public async Task<Operation> ClaimAsync(string id) => (await house.ClaimAsync(id))!;

    public async Task<Operation> ClaimAgainAsync(string id) => (await house.ClaimAgainAsync(id, crashCap: 100))!;

    public Task<Allowance> ReserveAsync(Operation buyer, Purchase purchase) =>
        house.Store.ReserveAsync(buyer.Id, buyer.Attempt, purchase, None);

    public Task SettleAsync(Operation buyer, string key, decimal? cost) =>
        house.Store.SettleAsync(buyer.Id, buyer.Attempt, new Receipt(key, Dollars(cost), []), record: null, None);

    public Task EndAsync(Operation operation, Ending? ending = null) =>
        house.Store.FinishAsync(
            operation.Id,
            operation.Attempt,
            ending ?? Ending.Completed("1", publishes: false),
            last: null,
            None
        );

    public Balance Balance(decimal? limit = null) => house.Store.Balance(Dollars(limit));

    /// <summary>What the day has settled and reserved, in dollars.</summary>
    public (decimal Settled, decimal Reserved) Stand() => (Balance().Settled.Dollars, Balance().Reserved.Dollars);
}
