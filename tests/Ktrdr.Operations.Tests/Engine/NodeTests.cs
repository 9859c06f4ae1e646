using System.Globalization;

namespace Ktrdr.Operations.Tests;

/// <summary>Several engines, each in a home of its own, on one PostgreSQL database.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly TemporaryHome _home = new(RecordsIn.Postgres);
    private readonly List<TemporaryHome> _others = [];

    public void Dispose()
    {
        _others.ForEach(home => home.Dispose());
        _home.Dispose();
    }

    [Fact]
    public async Task Work_goes_only_to_a_node_that_does_its_role()
    {
        var asking = new Stage().Asking("cycle", "design", "train");
        var working = new Stage().On("design").On("train");
        await using var server = await House.OpenAsync(_home, asking, options => options.Capacities["working"] = 0);
        await using var worker = await House.OpenAsync(
            Another(),
            working,
            options => options.Capacities["waiting"] = 0
        );

        var cycle = await server.RunAsync("parent", "cycle");

        Assert.Equal((OperationStatus.Completed, server.Node), (cycle.Status, cycle.Node));
        Assert.Equal(["cycle"], asking.Played);
        Assert.Equal(["design", "train"], working.Played);
        Assert.All(server.Store.Children(cycle.Id), child => Assert.Equal(worker.Node, child.Node));
    }

    [Fact]
    public async Task What_a_dead_node_left_is_taken_over_by_another()
    {
        var before = new Stage().Endless("train");
        var after = new Stage().Asking("cycle", "train").On("train");
        var dies = await House.OpenAsync(Another(), before, options => options.Capacities["waiting"] = 0);
        await using var stays = await House.OpenAsync(_home, after, options => options.Capacities["working"] = 0);
        var cycle = await stays.StartAsync("parent", "cycle");
        await before.Entered("train");
        await dies.CrashAsync();

        await using var heir = await House.OpenAsync(Another(), after, options => options.Capacities["waiting"] = 0);
        var ended = await stays.EndOf(cycle.Id);
        var train = await stays.ChildOf(cycle.Id, "train");

        Assert.Equal((OperationStatus.Completed, 1, 0), (ended.Status, ended.Attempt, ended.Crashes));
        Assert.Equal((2, 1, heir.Node), (train.Attempt, train.Crashes, train.Node));
        Assert.Equal(
            ["created", "claimed", "lost", "claimed", "progress", "completed"],
            (await stays.HistoryOf(train.Id)).Select(one => one.Kind)
        );
        Assert.DoesNotContain(dies.Node, stays.Store.Nodes(working: true).Select(node => node.Id));
    }

    [Fact]
    public async Task A_node_that_was_taken_for_dead_comes_back_and_its_late_result_is_refused()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asleep = new Stage().On(
            "page",
            async (_, _, _) =>
            {
                await release.Task;
                return new Played("stale");
            }
        );
        await using var sleeper = await House.OpenAsync(_home, asleep);
        var id = (await sleeper.StartAsync("printed", "page")).Id;
        await asleep.Entered("page");
        var awake = new Stage().On("page");
        await using var other = await House.OpenAsync(Another(), awake);

        // As if it had been silent for too long; it may say that it is alive in between.
        await Until(async () =>
        {
            other.Store.Leave(sleeper.Node);
            return await other.Store.BuryAsync(other.Node, OnRestart.Resume, crashCap: 3, CancellationToken.None)
                is [_];
        });
        var ended = await other.EndOf(id);
        release.SetResult();
        await Until(() => sleeper.Store.History(id, 0).Events.Any(one => one.Kind == "refused_write"));
        await Until(() => other.Store.Nodes(working: true).Any(node => node.Id == sleeper.Node));

        Assert.Equal((2, "page"), (ended.Attempt, ended.Result!.Value.GetProperty("act").GetString()));
        Assert.Equal(ended.Result.Value.ToString(), sleeper.Store.Find(id)!.Result!.Value.ToString());
        Assert.Empty(asleep.Published);
        Assert.Equal(["page"], awake.Published);
    }

    [Fact]
    public async Task A_request_to_stop_reaches_what_runs_on_another_node()
    {
        var asking = new Stage().Asking("cycle", "train");
        var working = new Stage().Endless("train");
        await using var server = await House.OpenAsync(_home, asking, options => options.Capacities["working"] = 0);
        await using var worker = await House.OpenAsync(
            Another(),
            working,
            options => options.Capacities["waiting"] = 0
        );
        var cycle = await server.StartAsync("parent", "cycle");
        await working.Entered("train");

        await worker.Operations.CancelAsync(cycle.Id, "enough", CancellationToken.None);

        Assert.Equal(OperationStatus.Cancelled, (await server.EndOf(cycle.Id)).Status);
        Assert.Equal(OperationStatus.Cancelled, (await worker.ChildOf(cycle.Id, "train")).Status);
    }

    [Fact]
    public async Task A_node_that_ends_in_order_hands_its_work_to_the_others()
    {
        var before = new Stage().Endless("train");
        var ends = await House.OpenAsync(Another(), before);
        var id = (await ends.StartAsync("child", "train")).Id;
        await before.Entered("train");
        await using var stays = await House.OpenAsync(_home, new Stage().On("train"));

        await ends.ShutDownAsync();
        var ended = await stays.EndOf(id);

        Assert.Equal((OperationStatus.Completed, 2, 0), (ended.Status, ended.Attempt, ended.Crashes));
        Assert.Equal([stays.Node], stays.Store.Nodes(working: true).Select(node => node.Id));
    }

    [Fact]
    public async Task Work_that_nobody_does_says_so_and_starts_as_soon_as_somebody_comes()
    {
        await using var server = await House.OpenAsync(
            _home,
            new Stage(),
            options =>
            {
                options.Capacities["working"] = 0;
                options.ReconcileInterval = TimeSpan.FromMilliseconds(50);
            }
        );
        var id = (await server.StartAsync("child", "train")).Id;
        await Until(() => server.Store.Find(id)!.Progress.CurrentStep == "waiting for a working worker");

        await using var worker = await House.OpenAsync(Another(), new Stage().On("train"));

        Assert.Equal(
            (OperationStatus.Completed, worker.Node),
            (await server.EndOf(id) is var ended ? (ended.Status, ended.Node) : default)
        );
    }

    [Fact]
    public async Task Work_that_nobody_came_for_is_failed_with_its_parent()
    {
        await using var server = await House.OpenAsync(
            _home,
            new Stage().Asking("cycle", "train"),
            options =>
            {
                options.Capacities["working"] = 0;
                options.ReconcileInterval = TimeSpan.FromMilliseconds(50);
                options.WorkerWait = TimeSpan.FromMilliseconds(100);
            }
        );

        var cycle = await server.RunAsync("parent", "cycle");

        Assert.Equal((OperationStatus.Failed, "no_worker"), (cycle.Status, cycle.Error!.Code));
        Assert.Contains("working", cycle.Error.Message);
        Assert.Contains("ktrdr worker --roles working", cycle.Error.Next);
        Assert.Equal("no_worker", (await server.ChildOf(cycle.Id, "train")).Error!.Code);
    }

    [Fact]
    public async Task A_cycle_that_had_begun_waits_for_whoever_comes_however_long()
    {
        var before = new Stage().Asking("cycle", "train").Endless("train");
        var ends = await House.OpenAsync(_home, before);
        var id = (await ends.StartAsync("parent", "cycle")).Id;
        await before.Entered("train");
        await using var worker = await House.OpenAsync(
            Another(),
            new Stage().On("train"),
            options =>
            {
                options.Capacities["waiting"] = 0;
                options.ReconcileInterval = TimeSpan.FromMilliseconds(50);
                options.WorkerWait = TimeSpan.FromMilliseconds(1);
            }
        );

        await ends.ShutDownAsync();
        await Until(() => worker.Store.Find(id)!.Progress.CurrentStep == "waiting for a waiting worker");
        await worker.Store.WaitForWorkersAsync([worker.Store.Find(id)!], TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(OperationStatus.Pending, worker.Store.Find(id)!.Status);

        var after = new Stage().Asking("cycle", "train");
        await using var next = await House.OpenAsync(_home, after, options => options.Capacities["working"] = 0);
        Assert.Equal(OperationStatus.Completed, (await next.EndOf(id)).Status);
    }

    [Fact]
    public async Task Two_homes_of_one_name_on_machines_of_one_name_are_two()
    {
        var one = new Stage().Endless("train");
        await using var first = await House.OpenAsync(_home, one, options => options.HomeId = "one");
        var id = (await first.StartAsync("child", "train")).Id;
        await one.Entered("train");

        await using var second = await House.OpenAsync(_home, new Stage(), options => options.HomeId = "two");

        Assert.Equal(2, second.Store.Nodes(working: true).Count);
        Assert.Equal((OperationStatus.Running, 1), (second.Store.Find(id)!.Status, second.Store.Find(id)!.Attempt));
    }

    [Fact]
    public async Task Whoever_was_silent_himself_buries_nobody()
    {
        var working = new Stage().Endless("train");
        await using var alive = await House.OpenAsync(_home, working);
        var id = (await alive.StartAsync("child", "train")).Id;
        await working.Entered("train");
        await using var silent = House.Build(Another(), new Stage());
        await silent.HandAsync();
        await silent.Database.WriteAsync(
            // Everybody was silent, as when the turn to write was long in coming.
            connection => connection.Execute($"UPDATE nodes SET seen_at = {silent.Database.Clock(10)}"),
            CancellationToken.None
        );

        await silent.Store.BuryAsync(await silent.HandAsync(), OnRestart.Resume, crashCap: 3, CancellationToken.None);

        Assert.Contains(
            "claimed",
            alive.Store.History(id, 0).Events.Select(happened => happened.Kind).Last(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Everybody_sees_who_is_there_and_what_they_do()
    {
        var working = new Stage().Endless("train");
        await using var server = await House.OpenAsync(
            _home,
            new Stage(),
            options => options.Capacities["working"] = 0
        );
        await using var worker = await House.OpenAsync(
            Another(),
            working,
            options =>
            {
                options.Capacities["waiting"] = 0;
                options.Capacities["working"] = 3;
            }
        );
        await server.StartAsync("child", "train");
        await working.Entered("train");

        var nodes = await server.Operations.NodesAsync(CancellationToken.None);

        Assert.Equal([server.Node, worker.Node], nodes.Select(node => node.Id));
        Assert.Equal(new NodeRole("waiting", 4, 0), Assert.Single(nodes[0].Roles));
        Assert.Equal(new NodeRole("working", 3, 1), Assert.Single(nodes[1].Roles));
    }

    [Fact]
    public async Task Of_a_thousand_starts_at_two_nodes_one_gets_the_slot()
    {
        await using var one = await House.OpenAsync(_home, new Stage().Endless("cycle"));
        await using var two = await House.OpenAsync(Another(), new Stage().Endless("cycle"));
        var request = new StartRequest<Part>
        {
            Type = "parent",
            Order = new Part("cycle"),
            Slot = "cycle",
        };

        var results = await House.AThousandStartsAsync(request, one, two);

        var winner = Assert.Single(results.OfType<StartResult.Started>()).Operation.Id;
        Assert.All(results.OfType<StartResult.Taken>(), result => Assert.Equal(winner, result.Holder.Id));
        Assert.Equal(1000, results.Count(result => result is StartResult.Started or StartResult.Taken));
    }

    [Fact]
    public async Task However_many_nodes_buy_at_once_the_day_is_not_overspent()
    {
        await using var one = House.Build(_home, new Stage());
        await using var two = House.Build(Another(), new Stage());
        var buyers = new List<(House House, Operation Operation)>();
        foreach (var house in new[] { one, two })
        {
            for (var i = 0; i < 4; i++)
            {
                buyers.Add((house, await new Till(house).OpenAsync()));
            }
        }

        var granted = await Task.WhenAll(
            buyers.SelectMany(buyer =>
                Enumerable
                    .Range(0, 5)
                    .Select(i =>
                        Task.Run(() =>
                            new Till(buyer.House).ReserveAsync(
                                buyer.Operation,
                                Till.Order($"reply {i}", 0.10m, perDay: 1.00m)
                            )
                        )
                    )
            )
        );

        Assert.Equal(10, granted.Count(allowance => allowance is Allowance.Granted));
        Assert.Equal((0m, 1.00m), new Till(two).Stand());
    }

    [Fact]
    public async Task Wherever_nodes_die_every_cycle_ends_once_and_repeats_nothing_finished()
    {
        string[] phases = ["design", "train", "test", "assess"];
        var random = new Random(5);
        await using var server = await House.OpenAsync(_home, Cycle(), options => options.Capacities["working"] = 0);
        var workers = new List<House> { await Worker(), await Worker() };
        var cycles = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            cycles.Add(
                (await server.StartAsync("parent", string.Create(CultureInfo.InvariantCulture, $"cycle {i}"))).Id
            );
        }

        for (var death = 0; death < 3; death++)
        {
            for (var spin = random.Next(500); spin > 0; spin--)
            {
                await Task.Yield();
            }

            await workers[death % 2].CrashAsync();
            workers[death % 2] = await Worker();
        }

        foreach (var id in cycles)
        {
            var cycle = await server.EndOf(id);
            Assert.Equal(OperationStatus.Completed, cycle.Status);
            Assert.Equal(phases, server.Store.Children(id).Select(child => child.Name));
            Assert.Equal(phases, server.Store.Ledger<string>("trials", id));
            foreach (var child in server.Store.Children(id))
            {
                Assert.Single(server.Store.History(child.Id, 0).Events, one => one.Kind == "completed");
            }
        }

        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        Task<House> Worker() => House.OpenAsync(Another(), Cycle(), options => options.Capacities["waiting"] = 0);

        Stage Cycle()
        {
            var stage = new Stage();
            for (var i = 0; i < 6; i++)
            {
                stage.Asking(string.Create(CultureInfo.InvariantCulture, $"cycle {i}"), phases);
            }

            foreach (var phase in phases)
            {
                stage.On(
                    phase,
                    async (part, work, cancellationToken) =>
                    {
                        await work.AppendAsync(
                            "trials",
                            $"{work.RootId}/{part.Act}",
                            work.RootId,
                            part.Act,
                            cancellationToken
                        );
                        return new Played(part.Act);
                    }
                );
            }

            return stage;
        }
    }

    private TemporaryHome Another()
    {
        var home = new TemporaryHome(_home);
        _others.Add(home);
        return home;
    }

    private static Task Until(Func<bool> holds) => Until(() => Task.FromResult(holds()));

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await holds())
        {
            await beat.WaitForNextTickAsync(enough.Token);
        }
    }
}
