namespace Ktrdr.Operations.Tests;

public abstract class RestartTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_a_crash_a_finished_child_answers_from_the_record()
    {
        var before = new Stage().Asking("cycle", "design", "train", "assess").On("design").Endless("train");
        var first = await House.OpenAsync(_home, before);
        var cycle = await first.StartAsync("parent", "cycle");
        await before.Entered("train");
        await first.CrashAsync();
        Assert.Equal(["cycle", "design", "train"], before.Played);

        var after = new Stage().Asking("cycle", "design", "train", "assess").On("design").On("train").On("assess");
        await using var second = await House.OpenAsync(_home, after);
        var ended = await second.EndOf(cycle.Id);

        Assert.Equal((OperationStatus.Completed, 2), (ended.Status, ended.Attempt));
        Assert.Equal(["assess", "cycle", "train"], after.Played.Order());
        Assert.Equal(3, (await second.Operations.ChildrenAsync(cycle.Id, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_crash_counts_for_the_child_that_ran_and_not_for_its_parent()
    {
        var stage = new Stage().Asking("cycle", "train").Endless("train");
        var first = await House.OpenAsync(_home, stage);
        var cycle = await first.StartAsync("parent", "cycle");
        await stage.Entered("train");
        await first.CrashAsync();

        await using var second = await House.OpenAsync(_home, new Stage().Asking("cycle", "train").On("train"));
        Assert.Equal(0, (await second.EndOf(cycle.Id)).Crashes);
        Assert.Equal(1, (await second.ChildOf(cycle.Id, "train")).Crashes);
    }

    [Fact]
    public async Task After_three_crashes_an_operation_is_failed_and_so_is_its_parent()
    {
        var id = "";
        for (var life = 0; life < 3; life++)
        {
            var stage = new Stage().Asking("cycle", "train").Endless("train");
            var house = await House.OpenAsync(_home, stage);
            id = life == 0 ? (await house.StartAsync("parent", "cycle")).Id : id;
            await stage.Entered("train");
            await house.CrashAsync();
        }

        var last = new Stage().Asking("cycle", "train").On("train");
        await using var fourth = await House.OpenAsync(_home, last);
        var cycle = await fourth.EndOf(id);

        Assert.Equal((OperationStatus.Failed, "crashed"), (cycle.Status, cycle.Error!.Code));
        var train = await fourth.ChildOf(id, "train");
        Assert.Equal((OperationStatus.Failed, "crashed", 3), (train.Status, train.Error!.Code, train.Crashes));
        Assert.DoesNotContain("train", last.Played);
    }

    [Fact]
    public async Task Where_a_crash_is_to_fail_its_work_ends_with_its_children_and_says_how_it_goes_on()
    {
        var before = new Stage().Asking("cycle", "design", "train").On("design").Endless("train");
        var first = await House.OpenAsync(_home, before);
        var cycle = await first.StartAsync("parent", "cycle");
        await before.Entered("train");
        await first.CrashAsync();

        var after = new Stage().Asking("cycle", "design", "train").On("design").On("train");
        await using var second = await House.OpenAsync(_home, after, options => options.OnRestart = OnRestart.Fail);
        var ended = await second.EndOf(cycle.Id);
        var train = await second.ChildOf(cycle.Id, "train");

        Assert.Equal((OperationStatus.Failed, "crashed"), (ended.Status, ended.Error!.Code));
        Assert.Equal($"Go on where it stopped: ktrdr operations resume {cycle.Id}", ended.Error.Next);
        Assert.Equal((OperationStatus.Failed, ended.Error.Next), (train.Status, train.Error!.Next));
        Assert.Equal(OperationStatus.Completed, (await second.ChildOf(cycle.Id, "design")).Status);
        Assert.Empty(after.Played);
    }

    [Fact]
    public async Task Where_a_crash_is_to_fail_a_shutdown_still_goes_on_and_a_request_to_stop_still_counts()
    {
        var before = new Stage().Endless("handed back");
        var first = await House.OpenAsync(_home, before);
        var kept = await first.StartAsync("child", "handed back");
        await before.Entered("handed back");
        await first.ShutDownAsync();
        var between = await House.OpenAsync(
            _home,
            new Stage().On("handed back").Endless("asked to stop"),
            options => options.OnRestart = OnRestart.Fail
        );
        Assert.Equal(OperationStatus.Completed, (await between.EndOf(kept.Id)).Status);
        var stopped = await between.StartAsync("child", "asked to stop");
        while (between.Store.Find(stopped.Id) is not { Status: OperationStatus.Running })
        {
            await Task.Yield();
        }

        await between.Store.CancelAsync(stopped.Id, null, CancellationToken.None);
        await between.CrashAsync();

        await using var last = await House.OpenAsync(_home, new Stage(), options => options.OnRestart = OnRestart.Fail);
        Assert.Equal(OperationStatus.Cancelled, (await last.EndOf(stopped.Id)).Status);
    }

    [Fact]
    public async Task A_shutdown_hands_back_and_is_no_crash()
    {
        var before = new Stage().Asking("cycle", "train").Endless("train");
        var first = await House.OpenAsync(_home, before);
        var cycle = await first.StartAsync("parent", "cycle");
        await before.Entered("train");
        await first.ShutDownAsync();

        await using (var between = House.Build(_home, new Stage()))
        {
            Assert.Equal(OperationStatus.Pending, between.Store.Find(cycle.Id)!.Status);
        }

        await using var second = await House.OpenAsync(_home, new Stage().Asking("cycle", "train").On("train"));
        var ended = await second.EndOf(cycle.Id);
        Assert.Equal((OperationStatus.Completed, 2, 0), (ended.Status, ended.Attempt, ended.Crashes));
        Assert.Equal(0, (await second.ChildOf(cycle.Id, "train")).Crashes);
        Assert.Contains("handed_back", (await second.HistoryOf(cycle.Id)).Select(happened => happened.Kind));
    }

    [Fact]
    public async Task A_request_to_stop_survives_the_crash()
    {
        var stage = new Stage().Asking("cycle", "train").Endless("train");
        var first = await House.OpenAsync(_home, stage);
        var cycle = await first.StartAsync("parent", "cycle");
        await stage.Entered("train");
        await first.Store.CancelAsync(cycle.Id, null, CancellationToken.None);
        await first.CrashAsync();

        var after = new Stage();
        await using var second = await House.OpenAsync(_home, after);
        Assert.Equal(OperationStatus.Cancelled, (await second.EndOf(cycle.Id)).Status);
        Assert.Equal(OperationStatus.Cancelled, (await second.ChildOf(cycle.Id, "train")).Status);
        Assert.Empty(after.Played);
    }

    [Fact]
    public async Task What_was_recorded_but_not_started_starts_with_the_next_process()
    {
        string id;
        await using (var idle = House.Build(_home, new Stage()))
        {
            id = (await idle.StartAsync("parent", "solo")).Id;
        }

        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        Assert.Equal(OperationStatus.Completed, (await house.EndOf(id)).Status);
    }

    [Fact]
    public async Task A_value_made_once_is_the_same_after_a_crash()
    {
        var reached = new TaskCompletionSource();
        Act remember = async (_, work, cancellationToken) =>
        {
            var value = await work.OnceAsync("draw", _ => Task.FromResult(Guid.NewGuid()), cancellationToken);
            if (work.Attempt == 1)
            {
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return new Played(value.ToString());
        };
        var first = await House.OpenAsync(_home, new Stage().On("draw", remember));
        var id = (await first.StartAsync("child", "draw")).Id;
        await reached.Task;
        var drawn = await first.Operations.RecordedAsync<Guid>(id, "draw", CancellationToken.None);
        await first.CrashAsync();

        await using var second = await House.OpenAsync(_home, new Stage().On("draw", remember));
        var ended = await second.EndOf(id);
        Assert.Equal(drawn.ToString(), ended.Result!.Value.GetProperty("act").GetString());
    }

    [Fact]
    public async Task A_name_belongs_to_the_operation_that_took_it()
    {
        var taken = new TaskCompletionSource();
        Act take = async (part, work, cancellationToken) =>
        {
            var name = await work.TakeNameAsync("strategy", Endless("wave"), cancellationToken);
            if (part.Act == "interrupted" && work.Attempt == 1)
            {
                taken.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return new Played(name);
        };
        var first = await House.OpenAsync(_home, new Stage().On("first", take).On("interrupted", take));
        Assert.Equal("wave", Name(await first.RunAsync("child", "first")));
        var id = (await first.StartAsync("child", "interrupted")).Id;
        await taken.Task;
        await first.CrashAsync();

        await using var second = await House.OpenAsync(_home, new Stage().On("interrupted", take).On("third", take));
        Assert.Equal("wave_2", Name(await second.EndOf(id)));
        Assert.Equal("wave_3", Name(await second.RunAsync("child", "third")));

        static string? Name(Operation operation) => operation.Result!.Value.GetProperty("act").GetString();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whenever_it_crashes_the_next_process_ends_the_cycle_and_repeats_nothing_finished(int seed)
    {
        string[] phases = ["design", "train", "test", "assess"];
        var random = new Random(seed);
        for (var round = 0; round < 10; round++)
        {
            var before = Cycle();
            var first = await House.OpenAsync(_home, before);
            var id = (await first.StartAsync("parent", "cycle")).Id;
            for (var spin = random.Next(2000); spin > 0; spin--)
            {
                await Task.Yield();
            }

            await (random.Next(4) == 0 ? first.ShutDownAsync() : first.CrashAsync());
            string[] finished;
            await using (var between = House.Build(_home, new Stage()))
            {
                finished = [.. between.Store.Children(id).Where(child => child.IsTerminal).Select(child => child.Name)];
            }

            var after = Cycle();
            await using var second = await House.OpenAsync(_home, after);
            var cycle = await second.EndOf(id);
            Assert.Equal(OperationStatus.Completed, cycle.Status);
            Assert.Empty(after.Played.Intersect(finished));
            var children = second.Store.Children(id);
            Assert.Equal(phases, children.Select(child => child.Name));
            Assert.All(children.Append(cycle), operation => AssertLegal(second.Store.History(operation.Id, 0).Events));
            Assert.Equal(phases, await second.Operations.LedgerAsync<string>("trials", id, CancellationToken.None));
        }

        Stage Cycle()
        {
            var stage = new Stage().Asking("cycle", phases);
            foreach (var phase in phases)
            {
                stage.On(
                    phase,
                    async (part, work, cancellationToken) =>
                    {
                        work.Report(50, "half way");
                        var key = $"{work.RootId}/{part.Act}";
                        await work.AppendAsync("trials", key, work.RootId, part.Act, cancellationToken);
                        return new Played(part.Act);
                    }
                );
            }

            return stage;
        }
    }

    /// <summary>Created once, ended once, at the end, and every other attempt accounted for.</summary>
    private static void AssertLegal(IReadOnlyList<OperationEvent> history)
    {
        string[] kinds = [.. history.Select(happened => happened.Kind).Where(kind => kind is not "refused_write")];
        Assert.Equal("created", kinds[0]);
        Assert.Equal("completed", kinds[^1]);
        Assert.Single(kinds, kind => kind == "completed");
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(happened => (int)happened.Number));
    }

    private static IEnumerable<string> Endless(string stem)
    {
        yield return stem;
        for (var i = 2; ; i++)
        {
            yield return $"{stem}_{i}";
        }
    }
}
