namespace Ktrdr.Operations.Tests;

/// <summary>A new operation that goes on from an ended one: nothing that was finished is done again, and the old record stays.</summary>
public sealed class ResumingTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Children_that_completed_answer_from_the_old_record_and_the_rest_is_done()
    {
        var broken = true;
        var stage = new Stage()
            .On("design")
            .On("assess")
            .On("test", (part, _, _) => broken ? throw new IOException("torn") : Task.FromResult(new Played(part.Act)))
            .Asking("cycle", "design", "test", "assess");
        await using var house = await House.OpenAsync(_home, stage);
        var failed = await house.RunAsync("parent", "cycle");
        broken = false;

        var resumed = await ResumeAsync(house, failed);

        Assert.Equal(OperationStatus.Completed, resumed.Status);
        Assert.Equal(failed.Id, resumed.Resumes);
        Assert.Equal(["cycle", "design", "test", "cycle", "test", "assess"], stage.Played);
        var children = await house.Operations.ChildrenAsync(resumed.Id, CancellationToken.None);
        Assert.Equal(["test", "assess"], children.Select(child => child.Name));
        Assert.Equal((await house.ChildOf(failed.Id, "test")).Id, children[0].Resumes);
        Assert.Null(children[1].Resumes);
    }

    [Fact]
    public async Task The_ended_operation_stays_as_it_was_to_the_last_line_of_its_history()
    {
        var stage = new Stage().On("design").Asking("cycle", "design", "gone");
        await using var house = await House.OpenAsync(_home, stage);
        var failed = await house.RunAsync("parent", "cycle");
        var before = (house.Store.Find(failed.Id)!.ToString(), (await house.HistoryOf(failed.Id)).Count);
        stage.On("gone");

        await ResumeAsync(house, failed);

        Assert.Equal(before, (house.Store.Find(failed.Id)!.ToString(), (await house.HistoryOf(failed.Id)).Count));
    }

    [Fact]
    public async Task What_was_recorded_once_and_the_name_that_was_taken_are_there_from_the_start()
    {
        var (made, stop) = (0, true);
        var names = new List<string>();
        var stage = new Stage()
            .On(
                "child",
                async (part, work, cancellationToken) =>
                {
                    var value = await work.OnceAsync("value", _ => Task.FromResult(++made), cancellationToken);
                    names.Add(await work.TakeNameAsync("strategy", ["owl", "fox"], cancellationToken));
                    return stop ? throw new IOException("torn") : new Played(part.Act, value);
                }
            )
            .Asking("cycle", "child");
        await using var house = await House.OpenAsync(_home, stage);
        var first = await house.RunAsync("parent", "cycle");
        var second = await ResumeAsync(house, first);
        stop = false;
        var third = await ResumeAsync(house, second);

        Assert.Equal((OperationStatus.Failed, OperationStatus.Completed), (second.Status, third.Status));
        Assert.Equal(1, made);
        Assert.Equal(["owl", "owl", "owl"], names);
        Assert.Equal("owl", house.Store.TakenName((await house.ChildOf(third.Id, "child")).Id, "strategy"));
    }

    [Fact]
    public async Task A_child_that_finished_two_resumptions_ago_still_answers()
    {
        var faults = new Queue<bool>([true, true, false]);
        var stage = new Stage()
            .On("design")
            .On(
                "test",
                (part, _, _) => faults.Dequeue() ? throw new IOException("torn") : Task.FromResult(new Played(part.Act))
            )
            .Asking("cycle", "design", "test");
        await using var house = await House.OpenAsync(_home, stage);

        var third = await ResumeAsync(house, await ResumeAsync(house, await house.RunAsync("parent", "cycle")));

        Assert.Equal(OperationStatus.Completed, third.Status);
        Assert.Single(stage.Played, "design");
    }

    [Fact]
    public async Task A_child_that_is_asked_for_something_else_than_then_is_done_anew()
    {
        var number = 1;
        var stage = new Stage()
            .On("design")
            .On(
                "cycle",
                async (part, work, cancellationToken) =>
                {
                    var asked = new ChildRequest<Part>("design", "child", new Part("design", number), Seed: null);
                    await work.ChildAsync<Part, Played>(asked, null, null, cancellationToken);
                    return number == 1 ? throw new IOException("torn") : new Played(part.Act);
                }
            );
        await using var house = await House.OpenAsync(_home, stage);
        var failed = await house.RunAsync("parent", "cycle");
        number = 2;

        var resumed = await ResumeAsync(house, failed);

        Assert.Equal(["cycle", "design", "cycle", "design"], stage.Played);
        Assert.Null((await house.ChildOf(resumed.Id, "design")).Resumes);
    }

    [Fact]
    public async Task A_cancelled_one_goes_on_with_the_child_that_was_cancelled()
    {
        var stage = new Stage().On("design").Endless("test").Asking("cycle", "design", "test");
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.StartAsync("parent", "cycle");
        await stage.Entered("test");
        await house.Operations.CancelAsync(cycle.Id, null, CancellationToken.None);
        var cancelled = await house.EndOf(cycle.Id);
        stage.On("test");

        var resumed = await ResumeAsync(house, cancelled);

        Assert.Equal((OperationStatus.Cancelled, OperationStatus.Completed), (cancelled.Status, resumed.Status));
        Assert.Equal(["cycle", "design", "test", "cycle", "test"], stage.Played);
    }

    [Fact]
    public async Task Killed_in_the_middle_a_resumed_one_still_repeats_nothing()
    {
        var before = new Stage().On("design").Asking("cycle", "design", "gone");
        Operation failed;
        string id;
        var first = await House.OpenAsync(_home, before);
        failed = await first.RunAsync("parent", "cycle");
        before.Endless("gone");
        id = (await StartAsync(first, failed)).Id;
        while (
            (await first.Operations.ChildrenAsync(id, CancellationToken.None))
                is not [{ Status: OperationStatus.Running }]
        )
        {
            await Task.Yield();
        }

        await first.CrashAsync();
        var after = new Stage().On("gone").Asking("cycle", "design", "gone");
        await using var second = await House.OpenAsync(_home, after);

        Assert.Equal(OperationStatus.Completed, (await second.EndOf(id)).Status);
        Assert.DoesNotContain("design", after.Played);
        Assert.Single(before.Played, "design");
    }

    private static async Task<Operation> ResumeAsync(House house, Operation earlier) =>
        await house.EndOf((await StartAsync(house, earlier)).Id);

    private static async Task<Operation> StartAsync(House house, Operation earlier) =>
        Assert
            .IsType<StartResult.Started>(
                await house.Operations.StartAsync(
                    new StartRequest<System.Text.Json.JsonElement>
                    {
                        Type = earlier.Type,
                        Order = earlier.Order,
                        Resumes = earlier.Id,
                    },
                    CancellationToken.None
                )
            )
            .Operation;
}
