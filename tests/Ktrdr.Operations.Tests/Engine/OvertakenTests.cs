namespace Ktrdr.Operations.Tests;

/// <summary>Two engines on one file, which the lock of the home forbids and a disk shared between machines may allow. A database
/// server lets the second one not in at all.</summary>
public sealed class OvertakenTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_stale_attempt_never_publishes()
    {
        var release = new TaskCompletionSource();
        var before = new Stage().On(
            "page",
            async (_, _, _) =>
            {
                await release.Task;
                return new Played("stale");
            }
        );
        await using var first = await House.OpenAsync(_home, before);
        var id = (await first.StartAsync("printed", "page")).Id;
        await before.Entered("page");

        // A second process that takes the first for dead; the first was only asleep.
        var after = new Stage().On("page");
        await using var second = await House.OpenAsync(_home, after);
        await second.EndOf(id);
        release.SetResult();
        await first.ShutDownAsync();

        Assert.Empty(before.Published);
        Assert.Equal(["page"], after.Published);
        var ended = second.Store.Find(id)!;
        Assert.Equal((2, "page"), (ended.Attempt, ended.Result!.Value.GetProperty("act").GetString()));
        Assert.Contains("refused_write", second.Store.History(id, 0).Events.Select(happened => happened.Kind));
    }
}
