namespace Ktrdr.Operations.Tests;

/// <summary>What is told of a tree afterwards.</summary>
public abstract class HistoryTests(RecordsIn where) : IDisposable
{
    private readonly TemporaryHome _home = new(where);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_history_of_a_tree_is_everything_but_progress_and_facts_the_parent_first()
    {
        var stage = new Stage()
            .Asking("cycle", "train")
            .On(
                "train",
                async (part, work, cancellationToken) =>
                {
                    work.Report(50, "half of it");
                    await work.SetMetadataAsync(
                        new Dictionary<string, object?> { ["half"] = "done" },
                        cancellationToken
                    );
                    return new Played(part.Act);
                }
            );
        await using var house = await House.OpenAsync(_home, stage);
        var cycle = (await house.RunAsync("parent", "cycle")).Id;
        var train = (await house.ChildOf(cycle, "train")).Id;

        Assert.Equal(
            [
                (cycle, "created"),
                (cycle, "claimed"),
                (cycle, "child"),
                (cycle, "completed"),
                (train, "created"),
                (train, "claimed"),
                (train, "completed"),
            ],
            await OfAsync(house, cycle)
        );
        Assert.Equal([(train, "created"), (train, "claimed"), (train, "completed")], await OfAsync(house, train));
        Assert.Empty(await OfAsync(house, "op_none"));
    }

    [Fact]
    public async Task A_lost_attempt_says_when_it_was_last_heard_of()
    {
        var clock = new Clock();
        var heard = clock.Now;
        await using var house = House.Build(_home, new Stage(), time: clock);
        var id = (await house.StartAsync("child", "train")).Id;
        await house.ClaimAsync(id);
        clock.Now = heard.AddMinutes(10);
        await house.ClaimAgainAsync(id);

        var lost = Assert.Single(
            await house.Operations.HistoryAsync(id, CancellationToken.None),
            line => line.Kind == "lost"
        );
        Assert.Equal(heard.AddMinutes(10), lost.At);
        Assert.Equal("2026-11-02T09:30:00.0000000Z", (string?)lost.Body["seen_at"]);
    }

    private static async Task<IEnumerable<(string, string)>> OfAsync(House house, string id) =>
        (await house.Operations.HistoryAsync(id, CancellationToken.None)).Select(line => (line.OperationId, line.Kind));
}
