using System.Data.Common;

namespace Ktrdr.Operations.Tests;

public abstract class RecordTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    public static TheoryData<string, string, bool> Moves()
    {
        // The only legal moves; a hand-back is the one step from running to pending.
        (string, string)[] legal =
        [
            ("pending", "running"),
            ("pending", "failed"),
            ("pending", "cancelled"),
            ("running", "pending"),
            ("running", "completed"),
            ("running", "failed"),
            ("running", "cancelled"),
        ];
        var moves = new TheoryData<string, string, bool>();
        string[] all = ["pending", "running", "completed", "failed", "cancelled"];
        foreach (var (from, to) in all.SelectMany(from => all.Where(to => to != from).Select(to => (from, to))))
        {
            moves.Add(from, to, legal.Contains((from, to)));
        }

        return moves;
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public async Task An_operation_moves_forward_only(string from, string to, bool legal)
    {
        await using var house = House.Build(_home, new Stage());
        var id = (await house.StartAsync("parent", "solo")).Id;
        Task Move(string status) =>
            house.Database.WriteAsync(
                connection =>
                    connection.Execute(
                        "UPDATE operations SET status = @status WHERE id = @id",
                        ("@status", status),
                        ("@id", id)
                    ),
                CancellationToken.None
            );
        foreach (
            var step in from is "pending" ? []
            : from is "running" ? ["running"]
            : new[] { "running", from }
        )
        {
            await Move(step);
        }

        if (legal)
        {
            await Move(to);
        }
        else
        {
            await Assert.ThrowsAnyAsync<DbException>(() => Move(to));
        }
    }

    [Fact]
    public async Task Of_a_thousand_starts_at_once_one_gets_the_slot()
    {
        await using var house = await House.OpenAsync(_home, new Stage().Endless("cycle"));
        var request = new StartRequest<Part>
        {
            Type = "parent",
            Order = new Part("cycle"),
            Slot = "cycle",
        };

        var results = await House.AThousandStartsAsync(request, house);

        var winner = Assert.Single(results.OfType<StartResult.Started>()).Operation.Id;
        Assert.All(results.OfType<StartResult.Taken>(), result => Assert.Equal(winner, result.Holder.Id));
        Assert.Equal(1, (await house.Operations.ListAsync(new OperationQuery(), CancellationToken.None)).Total);

        await house.Operations.CancelAsync(winner, null, CancellationToken.None);
        await house.EndOf(winner);
        Assert.IsType<StartResult.Started>(await house.Operations.StartAsync(request, CancellationToken.None));
    }

    [Fact]
    public async Task Of_a_thousand_starts_at_once_as_many_get_a_place_as_there_are()
    {
        await using var house = House.Build(_home, new Stage());
        var request = new StartRequest<Part>
        {
            Type = "parent",
            Order = new Part("cycle"),
            Slot = "cycle",
            Places = 3,
        };

        var results = await House.AThousandStartsAsync(request, house);

        var started = results.OfType<StartResult.Started>().Select(result => result.Operation).ToList();
        Assert.Equal(["cycle-1", "cycle-2", "cycle-3"], started.Select(operation => operation.Slot).Order());
        Assert.Equal(997, results.OfType<StartResult.Taken>().Count());
        Assert.All(
            results.OfType<StartResult.Taken>(),
            result => Assert.Contains(result.Holder.Id, started.Select(operation => operation.Id))
        );
        Assert.IsType<StartResult.Started>(await Ask(request with { Slot = "another" }));

        await house.Operations.CancelAsync(started[1].Id, null, CancellationToken.None);
        var next = Assert.IsType<StartResult.Started>(await Ask(request)).Operation;
        Assert.Equal(started[1].Slot, next.Slot);
        Assert.Equal(next.Id, Assert.IsType<StartResult.Taken>(await Ask(request)).Holder.Id);

        Task<StartResult> Ask(StartRequest<Part> asked) => house.Operations.StartAsync(asked, CancellationToken.None);
    }

    [Fact]
    public async Task Where_fewer_places_are_left_than_before_those_who_have_one_keep_it_and_nobody_else_gets_in()
    {
        await using var house = House.Build(_home, new Stage());
        var many = new StartRequest<Part>
        {
            Type = "parent",
            Order = new Part("cycle"),
            Slot = "cycle",
            Places = 3,
        };
        var live = new List<Operation>();
        for (var place = 1; place <= 3; place++)
        {
            live.Add(Assert.IsType<StartResult.Started>(await Ask(many)).Operation);
        }

        var few = many with { Places = 1 };
        foreach (var operation in live)
        {
            Assert.IsType<StartResult.Taken>(await Ask(few));
            await house.Operations.CancelAsync(operation.Id, null, CancellationToken.None);
        }

        Assert.IsType<StartResult.Started>(await Ask(few));

        Task<StartResult> Ask(StartRequest<Part> asked) => house.Operations.StartAsync(asked, CancellationToken.None);
    }

    [Fact]
    public async Task Every_write_of_a_stale_attempt_is_refused_and_noted()
    {
        await using var house = House.Build(_home, new Stage());
        var store = house.Store;
        var none = CancellationToken.None;
        var id = (await house.StartAsync("parent", "solo")).Id;
        await house.ClaimAsync(id);
        var current = await house.ClaimAgainAsync(id);
        Assert.Equal((2, 1), (current!.Attempt, current.Crashes));

        var child = new NewOperation("op_child", "child", "working", "train", id, "{}") { ParentId = id };
        Func<int, Task>[] writes =
        [
            attempt => store.ProgressAsync(id, attempt, OperationProgress.None, none),
            attempt => store.SetMetadataAsync(id, attempt, new() { ["a"] = 1 }, none),
            attempt => store.ChildAsync(id, attempt, child, none),
            attempt => store.RecordAsync(id, attempt, "once", "1", none),
            attempt => store.TakeNameAsync(id, attempt, "strategy", ["wave"], none),
            attempt => store.AppendAsync(id, attempt, "trials", ("k", "s", "1"), none),
            attempt => store.ReserveAsync(id, attempt, Till.Order("reply", 0.15m), none),
            attempt => store.SettleAsync(id, attempt, new Receipt("reply", Money.Zero, []), ("once", "1"), none),
            attempt => store.HandBackAsync(id, attempt, none),
            attempt => store.FinishAsync(id, attempt, Ending.Completed("1", publishes: false), null, none),
        ];
        foreach (var write in writes)
        {
            await Assert.ThrowsAsync<StaleAttemptException>(() => write(1));
        }

        var untouched = store.Find(id)!;
        Assert.Equal((OperationStatus.Running, 2), (untouched.Status, untouched.Attempt));
        Assert.Empty(untouched.Metadata);
        Assert.Empty(store.Children(id));
        Assert.Empty(store.Ledger<int>("trials", null));
        Assert.Empty(store.Payments(day: null, rootId: null));
        Assert.Equal(writes.Length, store.History(id, 0).Events.Count(one => one.Kind == "refused_write"));

        await writes[^1](2);
        await Assert.ThrowsAsync<StaleAttemptException>(() => writes[^1](2));
        Assert.Equal(OperationStatus.Completed, store.Find(id)!.Status);
    }

    [Fact]
    public async Task What_runs_is_not_claimed_a_second_time_and_nothing_by_a_node_nobody_knows()
    {
        await using var house = House.Build(_home, new Stage());
        var id = (await house.StartAsync("parent", "solo")).Id;
        Assert.Null(await house.Store.ClaimAsync(id, "a stranger", begun: null, CancellationToken.None));
        Assert.NotNull(await house.ClaimAsync(id));
        Assert.Null(await house.ClaimAsync(id));
        Assert.Equal((OperationStatus.Running, 1), (house.Store.Find(id)!.Status, house.Store.Find(id)!.Attempt));
    }

    [Fact]
    public async Task A_child_is_recorded_once_under_its_name()
    {
        await using var house = House.Build(_home, new Stage());
        var store = house.Store;
        var id = (await house.StartAsync("parent", "solo")).Id;
        await house.ClaimAsync(id);
        Task<Operation?> Child(string childId, string type) =>
            store.ChildAsync(
                id,
                1,
                new NewOperation(childId, type, "working", "train", id, "{}") { ParentId = id },
                CancellationToken.None
            );

        Assert.Equal("op_one", (await Child("op_one", "child"))!.Id);
        Assert.Equal("op_one", (await Child("op_two", "child"))!.Id);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Child("op_three", "printed"));
        Assert.Single(store.Children(id));
        Assert.Single(store.History(id, 0).Events, one => one.Kind == "child");
    }

    [Fact]
    public async Task A_ledger_keeps_the_first_entry_of_a_key_and_lets_nothing_be_changed()
    {
        var stage = new Stage().On(
            "count",
            async (part, work, cancellationToken) =>
            {
                await work.AppendAsync("trials", "one", "EURUSD", 1, cancellationToken);
                await work.AppendAsync("trials", "one", "EURUSD", 100, cancellationToken);
                await work.AppendAsync("trials", "two", "SPY", 2, cancellationToken);
                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        await house.RunAsync("child", "count");

        Assert.Equal([1, 2], await house.Operations.LedgerAsync<int>("trials", null, CancellationToken.None));
        Assert.Equal([2], await house.Operations.LedgerAsync<int>("trials", "SPY", CancellationToken.None));
        await Refuses("UPDATE ledger_trials SET body = '3'");
        await Refuses("DELETE FROM ledger_trials");
        await Refuses("UPDATE events SET kind = 'x'");
        await Refuses("DELETE FROM events");
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            house.Operations.LedgerAsync<int>("unknown", null, CancellationToken.None)
        );

        async Task Refuses(string sql) =>
            await Assert.ThrowsAnyAsync<DbException>(() =>
                house.Database.WriteAsync(connection => connection.Execute(sql), CancellationToken.None)
            );
    }

    [Fact]
    public async Task Facts_grow_change_and_go()
    {
        var stage = new Stage().On(
            "facts",
            async (part, work, cancellationToken) =>
            {
                await work.SetMetadataAsync(
                    new Dictionary<string, object?> { ["phase"] = "training", ["rate"] = double.NaN },
                    cancellationToken
                );
                await work.SetMetadataAsync(
                    new Dictionary<string, object?> { ["phase"] = "testing", ["model"] = null },
                    cancellationToken
                );
                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var result = await house.Operations.StartAsync(
            new StartRequest<Part>
            {
                Type = "parent",
                Order = new Part("facts"),
                Seed = 11,
                Metadata = new Dictionary<string, object?> { ["model"] = "local", ["phase"] = "designing" },
            },
            CancellationToken.None
        );
        var started = Assert.IsType<StartResult.Started>(result).Operation;
        Assert.Equal("designing", (string?)started.Metadata["phase"]);
        var ended = await house.EndOf(started.Id);

        Assert.Equal("""{"phase":"testing"}""", ended.Metadata.ToJsonString());
        Assert.Equal(11, ended.Seed);
    }

    [Fact]
    public async Task Lists_are_newest_first_with_the_counts_of_all_that_match()
    {
        await using var house = House.Build(_home, new Stage());
        var ids = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add((await house.StartAsync(i % 3 == 0 ? "child" : "parent", "solo")).Id);
        }

        await house.Operations.CancelAsync(ids[1], null, CancellationToken.None);
        var all = await List(new OperationQuery());
        Assert.Equal((10, 12, 11), (all.Operations.Count, all.Total, all.Active));
        Assert.Equal(Enumerable.Reverse(ids).Take(10), all.Operations.Select(one => one.Id));

        var parents = await List(
            new OperationQuery
            {
                Type = "parent",
                Limit = 2,
                Offset = 6,
            }
        );
        Assert.Equal((8, 7), (parents.Total, parents.Active));
        Assert.Equal([ids[2], ids[1]], parents.Operations.Select(one => one.Id));

        var cancelled = await List(new OperationQuery { Status = OperationStatus.Cancelled });
        Assert.Equal((1, 0), (cancelled.Total, cancelled.Active));

        var live = await List(
            new OperationQuery
            {
                Type = "parent",
                Live = true,
                Counted = false,
            }
        );
        Assert.Equal((0, 0), (live.Total, live.Active));
        Assert.Equal(
            ids.AsEnumerable().Reverse().Where(id => live.Operations.Any(one => one.Id == id)),
            live.Operations.Select(one => one.Id)
        );
        Assert.Equal(7, live.Operations.Count);
        Assert.DoesNotContain(live.Operations, one => one.IsTerminal);
        await Assert.ThrowsAsync<ArgumentException>(() => List(new OperationQuery { Limit = 0 }));

        Task<OperationPage> List(OperationQuery query) => house.Operations.ListAsync(query, CancellationToken.None);
    }

    [Fact]
    public async Task A_transaction_that_fails_leaves_nothing_behind()
    {
        await using var house = House.Build(_home, new Stage());
        var id = (await house.StartAsync("parent", "solo")).Id;
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            house.Database.WriteAsync(
                connection =>
                {
                    connection.Execute("UPDATE operations SET status = 'running' WHERE id = @id", ("@id", id));
                    throw new InvalidOperationException("half way");
                },
                CancellationToken.None
            )
        );
        Assert.Equal(OperationStatus.Pending, house.Store.Find(id)!.Status);
    }
}
