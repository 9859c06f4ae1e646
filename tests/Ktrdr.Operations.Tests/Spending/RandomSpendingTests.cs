using FsCheck;
using FsCheck.Fluent;

namespace Ktrdr.Operations.Tests;

/// <summary>Random days at the till against a few lines of arithmetic that know no database.</summary>
public sealed class RandomSpendingTests
{
    private static readonly Money Limit = Till.Dollars(5m);

    [Theory]
    [InlineData(RecordsIn.Sqlite)]
    [InlineData(RecordsIn.Postgres)]
    public void Whatever_happens_no_day_exceeds_its_limit_and_the_ledger_agrees_to_the_nano_dollar(RecordsIn where) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(where == RecordsIn.Postgres ? 6 : 30).WithReplay(20_261_102, 1),
            Prop.ForAll(
                Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    PlayAsync(new Random(seed), where).GetAwaiter().GetResult();
                    return true;
                }
            )
        );

    private static async Task PlayAsync(Random random, RecordsIn where)
    {
        using var home = new TemporaryHome(where);
        var clock = new Clock();
        var book = new Book(clock);
        var house = House.Build(home, new Stage(), time: clock);
        for (var step = 0; step < 60; step++)
        {
            var till = new Till(house);
            switch (random.Next(10))
            {
                case 0 or 1:
                    await StartAsync(random, till, book);
                    break;
                case 2 or 3 or 4:
                    await ReserveAsync(random, till, book);
                    break;
                case 5 or 6 or 7:
                    await SettleAsync(random, till, book);
                    break;
                case 8:
                    await EndAsync(random, house, book);
                    break;
                default:
                    // Hours ahead, now and then over midnight, now and then a clock set back by days.
                    clock.Now += TimeSpan.FromHours(random.Next(5) == 0 ? -50 : random.Next(16));
                    break;
            }

            if (random.Next(12) == 0)
            {
                await house.CrashAsync();
                house = House.Build(home, new Stage(), time: clock);
                await house.HandAsync();
                book.ChargeOpen(_ => true);
                foreach (var buyer in book.Live.ToList())
                {
                    book.Replace(await new Till(house).ClaimAsync(buyer.Id));
                }
            }

            AssertAgrees(house, book);
        }

        await house.DisposeAsync();
    }

    private static async Task StartAsync(Random random, Till till, Book book)
    {
        var hold = random.Next(3) == 0 ? Money.Zero : Some(random, 2_000_000_000);
        var fits = hold == Money.Zero || book.Settled + book.Reserved + hold <= Limit;
        var result = await till.AskAsync(hold.Dollars, Limit.Dollars);
        if (result is StartResult.Started(var operation))
        {
            Assert.True(fits);
            book.Open(await till.ClaimAsync(operation.Id), hold);
        }
        else
        {
            Assert.False(fits);
            Assert.IsType<StartResult.Exhausted>(result);
        }

        if (book.Live.Count > 0 && random.Next(2) == 0)
        {
            var parent = random.GetItems(book.Live.ToArray(), 1)[0];
            book.Open(await till.ChildOf(parent, $"child_{random.Next()}"), Money.Zero);
        }
    }

    private static async Task ReserveAsync(Random random, Till till, Book book)
    {
        if (book.Live.Count == 0)
        {
            return;
        }

        var buyer = random.GetItems(book.Live.ToArray(), 1)[0];
        var purchase = Till.Order($"key-{random.Next()}", 0) with
        {
            Least = Some(random, 900_000_000),
            Step = random.Next(4) == 0 ? Money.Zero : Some(random, 50_000_000),
            Steps = random.Next(30),
            Limits = new SpendingLimits(Limit, random.Next(2) == 0 ? Till.Dollars(3m) : null),
        };
        var open = book.OpenOf(buyer.RootId);
        var left = Limit - book.Settled - book.ReservedBut(buyer.RootId) - open;
        if (
            purchase.Limits.PerTree is { } perTree
            && perTree - book.PaidBy(buyer.RootId) - open is var own
            && own < left
        )
        {
            left = own;
        }

        switch (await till.ReserveAsync(buyer, purchase))
        {
            case Allowance.Granted(var amount, var steps):
                Assert.Equal(purchase.Least + (purchase.Step * steps), amount);
                Assert.True(amount <= left);
                Assert.True(steps == purchase.Steps || amount + purchase.Step > left);
                book.Buy(buyer, purchase.Key, amount);
                break;
            case Allowance.Refused refused:
                Assert.True(purchase.Least > left);
                Assert.Equal(left < Money.Zero ? Money.Zero : left, refused.Left);
                break;
        }
    }

    private static async Task SettleAsync(Random random, Till till, Book book)
    {
        if (book.Purchases.Where(purchase => purchase.Cost is null).ToArray() is not [_, ..] open)
        {
            return;
        }

        var purchase = random.GetItems(open, 1)[0];
        var buyer = book.Live.Single(one => one.Id == purchase.Buyer);
        Money? cost = random.Next(4) == 0 ? null : new Money(random.NextInt64(purchase.Reserved.Nano + 1));
        await till.SettleAsync(buyer, purchase.Key, cost?.Dollars);
        purchase.Cost = cost ?? purchase.Reserved;
    }

    private static async Task EndAsync(Random random, House house, Book book)
    {
        if (book.Live.Count == 0)
        {
            return;
        }

        var ended = random.GetItems(book.Live.ToArray(), 1)[0];
        var below = book.Live.Where(one => one.ParentId == ended.Id).ToList();
        if (below.Count > 0)
        {
            ended = below[0];
        }

        if (house.Store.Children(ended.Id).Any(child => !child.IsTerminal))
        {
            return; // An operation outlives everything below it.
        }

        if (random.Next(2) == 0)
        {
            await house.Store.CancelAsync(ended.Id, null, CancellationToken.None);
            await house.Store.EndAbandonedAsync(ended.Id, await house.HandAsync(), CancellationToken.None);
        }
        else
        {
            await new Till(house).EndAsync(ended);
        }

        book.Close(ended);
    }

    private static void AssertAgrees(House house, Book book)
    {
        var balance = house.Store.Balance(Limit);
        Assert.Equal((book.Day, book.Settled, book.Reserved), (balance.Day, balance.Settled, balance.Reserved));
        Assert.True(balance.Settled + balance.Reserved <= Limit);

        var payments = house.Store.Payments(day: null, rootId: null);
        Assert.Equal(book.Purchases.Count, payments.Count);
        Assert.All(
            payments.GroupBy(payment => payment.Day),
            day => Assert.True(Sum(day.Select(payment => payment.Settled ?? payment.Reserved)) <= Limit)
        );
        var today = payments.Where(payment => payment.Day == balance.Day && payment.Settled > Money.Zero).ToList();
        Assert.Equal(balance.Settled, Sum(today.Select(payment => payment.Settled!.Value)));
        Assert.Equal(
            (today.Count, today.Select(payment => payment.RootId).Distinct().Count()),
            (balance.Payments, balance.PayingTrees)
        );
    }

    private static Money Some(Random random, long most) => new(1 + random.NextInt64(most));

    private static Money Sum(IEnumerable<Money> amounts) =>
        amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);

    private sealed record Bought(string Root, string Buyer, string Key, DateOnly Day, Money Reserved)
    {
        public Money? Cost { get; set; }
    }

    /// <summary>What the ledger should say, kept in plain lists.</summary>
    private sealed class Book(Clock clock)
    {
        private readonly Dictionary<string, Money> _holds = [];
        private readonly List<Operation> _live = [];
        private DateOnly _latest;

        public List<Bought> Purchases { get; } = [];

        public IReadOnlyList<Operation> Live => _live;

        public DateOnly Day =>
            DateOnly.FromDateTime(clock.Now.UtcDateTime) is var today && today > _latest ? today : _latest;

        public Money Settled => Sum(Purchases.Where(one => one.Day == Day).Select(one => one.Cost ?? Money.Zero));

        public Money Reserved => ReservedBut(root: null);

        public Money ReservedBut(string? root) =>
            Sum(
                Purchases
                    .Select(one => one.Root)
                    .Union(_holds.Keys)
                    .Where(tree => tree != root)
                    .Select(tree =>
                    {
                        var (open, held) = (OpenOf(tree), HeldBy(tree));
                        return open > held ? open : held;
                    })
            );

        public Money OpenOf(string root) =>
            Sum(Purchases.Where(one => one.Root == root && one.Cost is null).Select(one => one.Reserved));

        public Money PaidBy(string root) =>
            Sum(Purchases.Where(one => one.Root == root).Select(one => one.Cost ?? Money.Zero));

        public void Open(Operation operation, Money hold)
        {
            _live.Add(operation);
            if (hold > Money.Zero)
            {
                _holds[operation.Id] = hold;
                _latest = Day;
            }
        }

        public void Replace(Operation claimed) => _live[_live.FindIndex(one => one.Id == claimed.Id)] = claimed;

        public void Close(Operation operation)
        {
            ChargeOpen(purchase => purchase.Buyer == operation.Id);
            _holds.Remove(operation.Id);
            _live.RemoveAll(one => one.Id == operation.Id);
        }

        public void Buy(Operation buyer, string key, Money amount)
        {
            Purchases.Add(new Bought(buyer.RootId, buyer.Id, key, Day, amount));
            _latest = Day;
        }

        public void ChargeOpen(Func<Bought, bool> which)
        {
            foreach (var purchase in Purchases.Where(one => one.Cost is null).Where(which))
            {
                purchase.Cost = purchase.Reserved;
            }
        }

        private Money HeldBy(string root) => _holds.TryGetValue(root, out var hold) ? hold - PaidBy(root) : Money.Zero;
    }
}
