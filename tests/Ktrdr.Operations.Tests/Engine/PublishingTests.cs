namespace Ktrdr.Operations.Tests;

public abstract class PublishingTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_result_is_published_after_it_was_recorded_and_before_the_end_is_told()
    {
        var stage = new Stage().On("page");
        await using var house = await House.OpenAsync(_home, stage);
        OperationStatus? recorded = null;
        var id = new TaskCompletionSource<string>();
        stage.Publishing = async _ => recorded = house.Store.Find(await id.Task)!.Status;
        id.SetResult((await house.StartAsync("printed", "page")).Id);
        await house.EndOf(await id.Task);

        Assert.Equal(OperationStatus.Completed, recorded);
        Assert.Equal(["page"], stage.Published);
        var history = await house.HistoryOf(await id.Task);
        Assert.Equal(["completed", "published"], history.TakeLast(2).Select(happened => happened.Kind));
    }

    [Fact]
    public async Task What_a_crash_left_unpublished_is_published_at_the_next_start()
    {
        var before = new Stage().On("page");
        var publishing = new TaskCompletionSource();
        before.Publishing = _ =>
        {
            publishing.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        var first = await House.OpenAsync(_home, before);
        var id = (await first.StartAsync("printed", "page")).Id;
        await publishing.Task;
        await first.CrashAsync();

        var after = new Stage();
        await using var second = await House.OpenAsync(_home, after);
        Assert.Equal(OperationStatus.Completed, (await second.EndOf(id)).Status);
        Assert.Equal(["page"], after.Published);
        Assert.Empty(after.Played);
    }

    [Fact]
    public async Task A_failed_publication_is_tried_again_and_holds_nobody_up()
    {
        var tries = 0;
        var again = new TaskCompletionSource();
        var stage = new Stage().On("page");
        stage.Publishing = _ =>
        {
            if (Interlocked.Increment(ref tries) == 1)
            {
                throw new IOException("the folder is not there");
            }

            again.TrySetResult();
            return Task.CompletedTask;
        };
        await using var house = await House.OpenAsync(
            _home,
            stage,
            options => options.ReconcileInterval = TimeSpan.FromMilliseconds(20)
        );
        Assert.Equal(OperationStatus.Completed, (await house.RunAsync("printed", "page")).Status);
        await again.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_failed_or_was_cancelled_is_not_published()
    {
        var stage = new Stage().On("torn", (_, _, _) => throw new InvalidOperationException("torn")).Endless("slow");
        await using var house = await House.OpenAsync(_home, stage);
        await house.RunAsync("printed", "torn");
        var slow = await house.StartAsync("printed", "slow");
        await stage.Entered("slow");
        await house.Operations.CancelAsync(slow.Id, null, CancellationToken.None);
        await house.EndOf(slow.Id);

        Assert.Empty(stage.Published);
    }
}
