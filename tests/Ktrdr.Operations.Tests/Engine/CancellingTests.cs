namespace Ktrdr.Operations.Tests;

public abstract class CancellingTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_waiting_parent_and_its_running_child_both_end_cancelled()
    {
        var stage = new Stage().Asking("cycle", "train").Endless("train");
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.StartAsync("parent", "cycle");
        await stage.Entered("train");

        var result = await house.Operations.CancelAsync(cycle.Id, "enough", CancellationToken.None);

        Assert.Equal(CancelOutcome.Requested, result.Outcome);
        Assert.Equal(2, result.Cancelled.Count);
        var ended = await house.EndOf(cycle.Id);
        Assert.Equal(OperationStatus.Cancelled, ended.Status);
        Assert.Equal(("cancelled_by_user", "enough"), (ended.Error!.Code, ended.Error.Message));
        Assert.Equal(OperationStatus.Cancelled, (await house.ChildOf(cycle.Id, "train")).Status);
    }

    [Fact]
    public async Task A_pending_operation_ends_at_once_and_never_runs()
    {
        var stage = new Stage().Endless("busy").On("next");
        await using var house = await House.OpenAsync(_home, stage, options => options.Capacities["working"] = 1);
        var busy = await house.StartAsync("child", "busy");
        await stage.Entered("busy");
        var next = await house.StartAsync("child", "next");

        var result = await house.Operations.CancelAsync(next.Id, null, CancellationToken.None);
        Assert.Equal(OperationStatus.Cancelled, result.Operation!.Status);

        await house.Operations.CancelAsync(busy.Id, null, CancellationToken.None);
        await house.EndOf(busy.Id);
        await house.RunAsync("child", "next");
        Assert.Equal(["busy", "next"], stage.Played);
    }

    [Fact]
    public async Task Cancelling_a_child_cancels_its_parent()
    {
        var stage = new Stage().Asking("cycle", "train").Endless("train");
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.StartAsync("parent", "cycle");
        var train = (await stage.Entered("train")).OperationId;

        await house.Operations.CancelAsync(train, null, CancellationToken.None);

        var ended = await house.EndOf(cycle.Id);
        Assert.Equal(OperationStatus.Cancelled, ended.Status);
        Assert.Contains(train, ended.Error!.Message);
    }

    [Fact]
    public async Task A_result_that_comes_after_the_request_does_not_count()
    {
        var release = new TaskCompletionSource();
        var stage = new Stage().On(
            "deaf",
            async (part, _, _) =>
            {
                await release.Task;
                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var deaf = await house.StartAsync("child", "deaf");
        await stage.Entered("deaf");
        await house.Operations.CancelAsync(deaf.Id, null, CancellationToken.None);
        release.SetResult();

        var ended = await house.EndOf(deaf.Id);
        Assert.Equal(OperationStatus.Cancelled, ended.Status);
        Assert.Null(ended.Result);
    }

    [Fact]
    public async Task A_cancellation_nobody_asked_for_is_a_fault()
    {
        var stage = new Stage().On("confused", (_, _, _) => throw new OperationCanceledException("a timer ran out"));
        await using var house = await House.OpenAsync(_home, stage);
        var ended = await house.RunAsync("child", "confused");

        Assert.Equal((OperationStatus.Failed, "child_failed"), (ended.Status, ended.Error!.Code));
    }

    [Fact]
    public async Task Cancelling_nothing_and_cancelling_the_finished_are_told_apart()
    {
        await using var house = await House.OpenAsync(_home, new Stage().On("solo"));
        var solo = await house.RunAsync("parent", "solo");

        var finished = await house.Operations.CancelAsync(solo.Id, null, CancellationToken.None);
        Assert.Equal(
            (CancelOutcome.Finished, OperationStatus.Completed),
            (finished.Outcome, finished.Operation!.Status)
        );
        var unknown = await house.Operations.CancelAsync("op_none", null, CancellationToken.None);
        Assert.Equal((CancelOutcome.Unknown, null), (unknown.Outcome, unknown.Operation));
    }

    [Fact]
    public async Task Trees_cancelled_at_any_instant_end_cancelled_as_a_whole_or_had_ended_before()
    {
        var stage = new Stage().Asking("cycle", "train", "test").On("train").Endless("test");
        await using var house = await House.OpenAsync(_home, stage, options => options.Capacities["working"] = 4);
        var random = new Random(7);
        for (var round = 0; round < 30; round++)
        {
            var cycle = await house.StartAsync("parent", "cycle");
            for (var spin = random.Next(200); spin > 0; spin--)
            {
                await Task.Yield();
            }

            await house.Operations.CancelAsync(cycle.Id, null, CancellationToken.None);
            Assert.Equal(OperationStatus.Cancelled, (await house.EndOf(cycle.Id)).Status);
            var children = await house.Operations.ChildrenAsync(cycle.Id, CancellationToken.None);
            Assert.All(children, child => Assert.True(child.IsTerminal, $"{child.Name} is {child.Status}"));
        }
    }
}
