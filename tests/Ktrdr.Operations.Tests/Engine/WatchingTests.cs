using System.Text.Json.Nodes;

namespace Ktrdr.Operations.Tests;

public abstract class WatchingTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Every_event_comes_once_however_often_the_watcher_reconnects()
    {
        var step = new SemaphoreSlim(0);
        var stage = new Stage().On(
            "steps",
            async (part, work, cancellationToken) =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await step.WaitAsync(cancellationToken);
                    await work.SetMetadataAsync(new Dictionary<string, object?> { ["step"] = i }, cancellationToken);
                }

                return new Played(part.Act);
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var id = (await house.StartAsync("child", "steps")).Id;
        var patient = house.HistoryOf(id);
        var seen = new List<OperationEvent>();
        step.Release();
        var ended = false;
        while (!ended)
        {
            ended = true;
            await foreach (
                var happened in house.Operations.WatchAsync(
                    id,
                    seen.LastOrDefault()?.Number ?? 0,
                    CancellationToken.None
                )
            )
            {
                seen.Add(happened);
                step.Release();
                if (seen.Count % 3 == 0)
                {
                    ended = false;
                    break;
                }
            }
        }

        Assert.Equal(Enumerable.Range(1, seen.Count).Select(number => (long)number), seen.Select(one => one.Number));
        Assert.Equal(20, seen.Count(one => one.Kind == "metadata"));
        Assert.Equal("completed", seen[^1].Kind);
        Assert.Equal(seen.Select(one => one.Number), (await patient).Select(one => one.Number));
    }

    [Fact]
    public async Task Watching_and_waiting_for_nothing_say_so()
    {
        await using var house = await House.OpenAsync(_home, new Stage());
        await Assert.ThrowsAsync<KeyNotFoundException>(() => house.HistoryOf("op_none"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => house.EndOf("op_none"));
    }

    [Fact]
    public async Task Progress_never_falls_stays_within_bounds_and_its_last_word_is_written()
    {
        var stage = new Stage().On(
            "report",
            (_, work, _) =>
            {
                work.Report(-5, "below", new Dictionary<string, object?> { ["epoch"] = 1 });
                work.Report(40, "on", null);
                work.Report(30, "back");
                work.Report(double.NaN, "nowhere");
                work.Report(200, "beyond");
                work.Report(60, "last", new Dictionary<string, object?> { ["loss"] = double.NaN });
                throw new InvalidOperationException("over");
            }
        );
        await using var house = await House.OpenAsync(_home, stage);
        var ended = await house.RunAsync("child", "report");

        Assert.Equal((100, "last"), (ended.Progress.Percentage, ended.Progress.CurrentStep));
        Assert.True(JsonNode.DeepEquals(new JsonObject { ["loss"] = null }, ended.Progress.Context));
        var percentages = (await house.HistoryOf(ended.Id))
            .Where(one => one.Kind == "progress")
            .Select(one => (double)one.Body["percentage"]!)
            .ToList();
        Assert.Equal(percentages.Order(), percentages);
        Assert.All(percentages, percentage => Assert.InRange(percentage, 0, 100));
    }

    [Fact]
    public async Task Many_reports_become_few_writes()
    {
        var stage = new Stage().On(
            "chatty",
            (part, work, _) =>
            {
                for (var i = 0; i < 100_000; i++)
                {
                    work.Report(i / 1000.0, "on");
                }

                return Task.FromResult(new Played(part.Act));
            }
        );
        await using var house = await House.OpenAsync(
            _home,
            stage,
            options => options.ProgressInterval = TimeSpan.FromHours(1)
        );
        var ended = await house.RunAsync("child", "chatty");

        Assert.InRange((await house.HistoryOf(ended.Id)).Count(one => one.Kind == "progress"), 1, 2);
    }

    [Fact]
    public async Task A_parent_sees_the_progress_of_its_child()
    {
        var shown = new TaskCompletionSource<Operation>();
        var stage = new Stage()
            .On(
                "cycle",
                async (_, work, cancellationToken) =>
                {
                    await work.ChildAsync<Part, Played>(
                        new ChildRequest<Part>("train", "child", new Part("train"), 7),
                        null,
                        child =>
                        {
                            if (child.Progress.Percentage >= 25)
                            {
                                shown.TrySetResult(child);
                            }
                        },
                        cancellationToken
                    );
                    return new Played("cycle");
                }
            )
            .On(
                "train",
                async (part, work, cancellationToken) =>
                {
                    work.Report(25, "epoch 1 of 4");
                    await shown.Task.WaitAsync(cancellationToken);
                    return new Played(part.Act);
                }
            );
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = await house.RunAsync("parent", "cycle");

        Assert.Equal(OperationStatus.Completed, cycle.Status);
        Assert.Equal(("epoch 1 of 4", 7), ((await shown.Task).Progress.CurrentStep, (await shown.Task).Seed));
    }
}
