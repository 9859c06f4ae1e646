using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations.Tests;

public abstract class PurchaseTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Of_a_thousand_reservations_at_once_of_15_cents_33_fit_into_five_dollars()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyers = new List<Operation>();
        for (var i = 0; i < 40; i++)
        {
            buyers.Add(await till.OpenAsync());
        }

        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 1000)
                .Select(i =>
                    Task.Run(() => till.ReserveAsync(buyers[i % 40], Till.Order($"call-{i}", 0.15m, perDay: 5)))
                )
        );

        Assert.Equal(33, results.OfType<Allowance.Granted>().Count());
        Assert.Equal(967, results.OfType<Allowance.Refused>().Count());
        Assert.Equal((0m, 4.95m), till.Stand());
    }

    [Theory]
    // In cents, of which 30 are left: the least of 10 and as many steps of 3 as fit into the other 20.
    [InlineData(10, 3, 100, 6, 28)]
    [InlineData(10, 5, 4, 4, 30)]
    [InlineData(10, 5, 3, 3, 25)]
    [InlineData(10, 21, 9, 0, 10)]
    [InlineData(30, 1, 9, 0, 30)]
    [InlineData(10, 0, 7, 7, 10)]
    public async Task Steps_shrink_to_what_is_left(int least, int step, long wanted, long granted, int amount)
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await till.ReserveAsync(buyer, Till.Order("before", 0.70m, perDay: 1));

        var order = Till.Order("reply", least / 100m, perDay: 1, more: (step / 100m, wanted));
        var allowance = await till.ReserveAsync(buyer, order);
        Assert.Equal(new Allowance.Granted(Till.Dollars(amount / 100m), granted), allowance);
        Assert.Equal((70 + amount) / 100m, till.Stand().Reserved);
    }

    [Fact]
    public async Task A_refusal_says_which_limit_and_what_it_leaves_and_holds_nothing_back()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await till.ReserveAsync(buyer, Till.Order("before", 0.70m));
        await till.SettleAsync(buyer, "before", 0.60m);

        var day = await till.ReserveAsync(buyer, Till.Order("reply", 0.41m, perDay: 1, perTree: 2));
        Assert.Equal(("day", 0.40m), Figures(day));
        var tree = await till.ReserveAsync(buyer, Till.Order("reply", 0.41m, perDay: 5, perTree: 1));
        Assert.Equal(("tree", 0.40m), Figures(tree));
        var overdrawn = await till.ReserveAsync(buyer, Till.Order("reply", 0.41m, perTree: 0.50m));
        Assert.Equal(("tree", 0m), Figures(overdrawn));
        Assert.Null(((Allowance.Refused)overdrawn).Balance.Limit);
        Assert.Equal((0.60m, 0m), till.Stand());

        static (string, decimal) Figures(Allowance allowance)
        {
            var refused = Assert.IsType<Allowance.Refused>(allowance);
            Assert.Equal(0.60m, refused.Balance.Settled.Dollars);
            return (refused.Limit, refused.Left.Dollars);
        }
    }

    [Fact]
    public async Task A_tree_s_own_limit_counts_its_whole_life_and_all_its_operations()
    {
        var clock = new Clock();
        await using var house = House.Build(_home, new Stage(), time: clock);
        var till = new Till(house);
        var cycle = await till.OpenAsync();
        var design = await till.ChildOf(cycle, "design");
        await till.ReserveAsync(design, Till.Order("yesterday", 0.30m, perTree: 1));
        await till.SettleAsync(design, "yesterday", 0.30m);
        clock.Now = clock.Now.AddDays(1);
        var assessment = await till.ChildOf(cycle, "assessment");
        await till.ReserveAsync(design, Till.Order("open", 0.50m, perTree: 1));

        var refused = await till.ReserveAsync(assessment, Till.Order("today", 0.21m, perTree: 1));
        Assert.Equal(0.20m, Assert.IsType<Allowance.Refused>(refused).Left.Dollars);
        Assert.IsType<Allowance.Granted>(await till.ReserveAsync(assessment, Till.Order("today", 0.20m, perTree: 1)));
    }

    // 30 cents by the first, 50 by the one that resumes it: of a dollar the third has 20 left.
    [Fact]
    public async Task A_resumed_tree_shares_its_limit_with_those_it_goes_on_from()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var first = await till.OpenAsync();
        await BuyAsync(first, 0.30m);
        var second = await till.OpenAsync(resumes: first.Id);
        await BuyAsync(second, 0.50m);
        var third = await till.OpenAsync(resumes: second.Id);
        var design = await till.ChildOf(third, "design");

        var refused = await till.ReserveAsync(design, Till.Order("reply", 0.21m, perTree: 1));
        Assert.Equal(("tree", 0.20m), Figures(Assert.IsType<Allowance.Refused>(refused)));
        Assert.IsType<Allowance.Granted>(await till.ReserveAsync(design, Till.Order("reply", 0.20m, perTree: 1)));

        async Task BuyAsync(Operation buyer, decimal cost)
        {
            Assert.IsType<Allowance.Granted>(await till.ReserveAsync(buyer, Till.Order("reply", cost, perTree: 1)));
            await till.SettleAsync(buyer, "reply", cost);
            await till.EndAsync(buyer, Ending.Failed(new OperationError("design_failed", "It failed.", null)));
        }

        static (string, decimal) Figures(Allowance.Refused refused) => (refused.Limit, refused.Left.Dollars);
    }

    [Fact]
    public async Task Where_nothing_may_be_spent_only_what_costs_nothing_is_bought_and_without_limits_everything()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();

        Assert.IsType<Allowance.Refused>(await till.ReserveAsync(buyer, Till.Order("a", 0.000000001m, perDay: 0)));
        Assert.Equal(
            new Allowance.Granted(Money.Zero, 0),
            await till.ReserveAsync(buyer, Till.Order("b", 0, perDay: 0, more: (0.01m, 5)))
        );
        Assert.Equal(
            new Allowance.Granted(Till.Dollars(1_000_001m), 1_000_000),
            await till.ReserveAsync(buyer, Till.Order("c", 1, more: (1, 1_000_000)))
        );
        await Assert.ThrowsAsync<ArgumentException>(() => till.ReserveAsync(buyer, Till.Order("d", -1)));
    }

    [Fact]
    public async Task What_was_bought_is_recorded_with_what_it_cost_and_the_rest_is_free_again()
    {
        var stage = new Stage().On(
            "buy",
            async (part, work, cancellationToken) =>
            {
                await work.ReserveAsync(Till.Order("exchange-1/attempt-1", 0.15m), cancellationToken);
                var usage = new JsonObject { ["input_tokens"] = 1200 };
                await work.SettleAsync(
                    "exchange-1/attempt-1",
                    Till.Dollars(0.0123m),
                    usage,
                    "exchange-1",
                    "a reply",
                    cancellationToken
                );
                Assert.Equal("a reply", work.Recorded<string>("exchange-1"));
                Assert.Null(work.Recorded<string>("exchange-2"));
                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage, time: new Clock());
        var ended = await house.RunAsync("child", "buy");

        Assert.Equal(OperationStatus.Completed, ended.Status);
        var payment = Assert.Single(await house.Operations.PaymentsAsync(null, ended.RootId, CancellationToken.None));
        Assert.Equal((ended.Id, ended.RootId), (payment.OperationId, payment.RootId));
        Assert.Equal(("exchange-1/attempt-1", "settled"), (payment.Key, payment.Outcome));
        Assert.Equal((0.15m, 0.0123m), (payment.Reserved.Dollars, payment.Settled!.Value.Dollars));
        Assert.Equal("""{"model":"claude-opus-5-5"}""", payment.About.ToJsonString());
        Assert.Equal("""{"input_tokens":1200}""", payment.Usage.ToJsonString());
        Assert.Equal(new DateOnly(2026, 11, 2), payment.Day);
        var balance = await house.Operations.BalanceAsync(Till.Dollars(5m), CancellationToken.None);
        Assert.Equal((1, 1, 4.9877m), (balance.Payments, balance.PayingTrees, balance.Left!.Value.Dollars));
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero), balance.ResetsAt);
        var records = await house.Operations.RecordsAsync(ended.Id, CancellationToken.None);
        Assert.Equal("a reply", Assert.Single(records, one => one.Key == "exchange-1").Value.GetString());
    }

    [Fact]
    public async Task What_nobody_knows_the_cost_of_is_charged_in_full_and_what_cost_nothing_is_no_payment()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await till.ReserveAsync(buyer, Till.Order("cut off", 0.15m));
        await till.ReserveAsync(buyer, Till.Order("turned away", 0.15m));
        await till.SettleAsync(buyer, "cut off", cost: null);
        await till.SettleAsync(buyer, "turned away", cost: 0);

        Assert.Equal((0.15m, 0m), till.Stand());
        Assert.Equal((1, 1), (till.Balance().Payments, till.Balance().PayingTrees));
        var payments = house.Store.Payments(day: null, rootId: null);
        Assert.Equal(["turned away", "cut off"], payments.Select(payment => payment.Key));
        Assert.Equal(["settled", "unknown"], payments.Select(payment => payment.Outcome));
    }

    [Fact]
    public async Task A_key_is_bought_once_and_settled_once()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => till.SettleAsync(buyer, "reply", 0.01m));
        await till.ReserveAsync(buyer, Till.Order("reply", 0.15m));
        await Assert.ThrowsAsync<InvalidOperationException>(() => till.ReserveAsync(buyer, Till.Order("reply", 0.15m)));
        await Assert.ThrowsAsync<ArgumentException>(() => till.SettleAsync(buyer, "reply", -0.01m));
        await till.SettleAsync(buyer, "reply", 0.01m);

        // The answer to a commit may be lost, so the same receipt may come again; another one may not.
        await till.SettleAsync(buyer, "reply", 0.01m);
        await Assert.ThrowsAsync<InvalidOperationException>(() => till.SettleAsync(buyer, "reply", 0.02m));
        await Assert.ThrowsAsync<InvalidOperationException>(() => till.SettleAsync(buyer, "reply", cost: null));
        Assert.Equal((0.01m, 0m), till.Stand());
    }

    [Fact]
    public async Task A_settlement_that_is_refused_records_nothing()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            house.Store.SettleAsync(
                buyer.Id,
                buyer.Attempt,
                new Receipt("never reserved", Till.Dollars(0.01m), []),
                ("exchange-1", "1"),
                CancellationToken.None
            )
        );
        Assert.Empty(house.Store.Records(buyer.Id));
    }

    [Fact]
    public async Task A_cost_above_what_was_held_back_is_charged_as_it_is_and_logged()
    {
        await using var house = House.Build(_home, new Stage());
        var till = new Till(house);
        var buyer = await till.OpenAsync();
        await till.ReserveAsync(buyer, Till.Order("reply", 0.15m, perDay: 0.15m));
        var log = new Overheard();
        var store = new OperationStore(house.Database, new Changes(), TimeProvider.System, log);
        await store.SettleAsync(
            buyer.Id,
            buyer.Attempt,
            new Receipt("reply", Till.Dollars(0.16m), []),
            record: null,
            CancellationToken.None
        );

        Assert.Equal((0.16m, 0m), till.Stand());
        Assert.Equal(Money.Zero, till.Balance(0.15m).Left);
        var (level, message) = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("$0.16, more than the $0.15", message);
    }

    private sealed class Overheard : ILogger<OperationStore>
    {
        public List<(LogLevel Level, string Message)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(
            LogLevel level,
            EventId id,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> text
        ) => Lines.Add((level, text(state, exception)));
    }
}
