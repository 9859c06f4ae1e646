namespace Ktrdr.Operations.Tests;

public abstract class RunningTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task An_operation_runs_to_its_result()
    {
        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        var ended = await house.RunAsync("parent", "solo");

        Assert.Equal(OperationStatus.Completed, ended.Status);
        Assert.Equal("solo", ended.Result!.Value.GetProperty("act").GetString());
        Assert.Equal(1, ended.Attempt);
        Assert.Equal(100, ended.Progress.Percentage);
        Assert.Matches(@"^op_parent_\d{8}_\d{6}_[0-9a-f]{8}$", ended.Id);
        Assert.Equal(ended.Id, ended.RootId);
        Assert.Equal(
            ["created", "claimed", "progress", "completed"],
            (await house.HistoryOf(ended.Id)).Select(e => e.Kind)
        );
    }

    [Fact]
    public async Task A_parent_gets_the_results_of_its_children_in_turn()
    {
        var stage = new Stage().Asking("cycle", "design", "train").On("design").On("train");
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.RunAsync("parent", "cycle");

        Assert.Equal(OperationStatus.Completed, cycle.Status);
        Assert.Equal(["cycle", "design", "train"], stage.Played);
        var children = await house.Operations.ChildrenAsync(cycle.Id, CancellationToken.None);
        Assert.Equal(["design", "train"], children.Select(child => child.Name));
        Assert.All(children, child => Assert.Equal((cycle.Id, cycle.Id), (child.ParentId, child.RootId)));
    }

    [Fact]
    public async Task A_child_does_not_run_before_its_parent_has_noted_it()
    {
        var order = new List<string>();
        var stage = new Stage()
            .On(
                "cycle",
                async (_, work, cancellationToken) =>
                {
                    await work.ChildAsync<Part, Played>(
                        new ChildRequest<Part>("design", "child", new Part("design"), null),
                        async (id, token) =>
                        {
                            await work.SetMetadataAsync(
                                new Dictionary<string, object?> { ["design_op_id"] = id },
                                token
                            );
                            order.Add("noted");
                        },
                        null,
                        cancellationToken
                    );
                    return new Played("cycle");
                }
            )
            .On(
                "design",
                (_, _, _) =>
                {
                    order.Add("ran");
                    return Task.FromResult(new Played("design"));
                }
            );
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.RunAsync("parent", "cycle");

        Assert.Equal(["noted", "ran"], order);
        Assert.Equal((await house.ChildOf(cycle.Id, "design")).Id, (string?)cycle.Metadata["design_op_id"]);
    }

    [Fact]
    public async Task Waiting_parents_leave_the_places_to_their_children()
    {
        var stage = new Stage().Asking("cycle", "train").On("train");
        await using var house = await House.OpenAsync(_home, stage, options => options.Capacities["working"] = 1);
        var cycles = new List<Operation>();
        for (var i = 0; i < 12; i++)
        {
            cycles.Add(await house.StartAsync("parent", "cycle"));
        }

        foreach (var cycle in cycles)
        {
            Assert.Equal(OperationStatus.Completed, (await house.EndOf(cycle.Id)).Status);
        }
    }

    [Fact]
    public async Task No_more_of_a_role_run_at_once_than_it_has_places()
    {
        var running = 0;
        var most = 0;
        var stage = new Stage().On(
            "busy",
            async (part, _, _) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var started = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.StartAsync("child", "busy")));
        foreach (var operation in started)
        {
            await house.EndOf(operation.Id);
        }

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task What_a_worker_says_of_its_failure_is_recorded()
    {
        var error = new OperationError(
            "training_gate_failed",
            "accuracy_below_threshold (35% < 45%)",
            "Try another idea."
        );
        var stage = new Stage()
            .On("refused", (_, _, _) => throw new OperationFailedException(error))
            .On("broken", (_, _, _) => throw new InvalidOperationException("the seventh row is missing"));
        await using var house = await House.OpenAsync(_home, stage);

        var refused = await house.RunAsync("parent", "refused");
        Assert.Equal((OperationStatus.Failed, error), (refused.Status, refused.Error));

        var broken = await house.RunAsync("parent", "broken");
        Assert.Equal(("parent_failed", "the seventh row is missing"), (broken.Error!.Code, broken.Error.Message));
        Assert.NotNull(broken.Error.Next);
    }

    [Fact]
    public async Task A_full_disk_is_called_so()
    {
        const int NoSpace = 28;
        var stage = new Stage().On(
            "write",
            (_, _, _) => throw new IOException("No space left on device : '/x/y'", NoSpace)
        );
        await using var house = await House.OpenAsync(_home, stage);
        var ended = await house.RunAsync("child", "write");

        Assert.Equal("disk_full", ended.Error!.Code);
        Assert.Contains("/x/y", ended.Error.Message);
    }

    [Fact]
    public async Task The_failure_of_a_child_is_its_parents_unless_it_is_caught()
    {
        var stage = new Stage()
            .Asking("trusting", "train")
            .On(
                "careful",
                async (_, work, cancellationToken) =>
                {
                    var failure = await Assert.ThrowsAsync<ChildFailedException>(() =>
                        Stage.Ask(work, "train", cancellationToken)
                    );
                    return new Played(failure.Child.Error!.Code);
                }
            )
            .On("train", (_, _, _) => throw new InvalidOperationException("diverged"));
        await using var house = await House.OpenAsync(_home, stage);

        var trusting = await house.RunAsync("parent", "trusting");
        Assert.Equal(("child_failed", "diverged"), (trusting.Error!.Code, trusting.Error.Message));

        var careful = await house.RunAsync("parent", "careful");
        Assert.Equal("child_failed", careful.Result!.Value.GetProperty("act").GetString());
    }

    [Fact]
    public async Task A_parent_that_fails_takes_its_living_children_along()
    {
        var stage = new Stage().Endless("train");
        stage.On(
            "cycle",
            async (_, work, cancellationToken) =>
            {
                var child = Stage.Ask(work, "train", cancellationToken);
                await stage.Entered("train");
                Assert.False(child.IsCompleted);
                throw new InvalidOperationException("changed its mind");
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.RunAsync("parent", "cycle");

        Assert.Equal(OperationStatus.Failed, cycle.Status);
        Assert.Equal(OperationStatus.Cancelled, (await house.ChildOf(cycle.Id, "train")).Status);
    }

    [Fact]
    public async Task A_number_that_JSON_lacks_is_null_and_comes_back_as_NaN()
    {
        var stage = new Stage()
            .On("measure", (part, _, _) => Task.FromResult(new Played(part.Act, double.PositiveInfinity)))
            .On(
                "cycle",
                async (_, work, cancellationToken) =>
                {
                    var measured = await Stage.Ask(work, "measure", cancellationToken);
                    return new Played(double.IsNaN(measured.Number) ? "not a number" : "a number");
                }
            );
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.RunAsync("parent", "cycle");

        Assert.Equal("not a number", cycle.Result!.Value.GetProperty("act").GetString());
        var measured = (await house.ChildOf(cycle.Id, "measure")).Result!.Value.GetProperty("number");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, measured.ValueKind);
    }

    [Fact]
    public async Task An_unknown_type_is_refused_with_the_known_ones()
    {
        await using var house = await House.OpenAsync(_home, new Stage());
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => house.StartAsync("gardening", "x"));
        Assert.Contains("child, parent, printed", refusal.Message);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
