namespace Ktrdr.Operations.Tests;

public sealed class HomeLockTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_second_holder_is_refused_and_can_read_who_the_first_is()
    {
        using (var first = HomeLock.TryAcquire(_home.Path, new HomeHolder(4711, null)))
        {
            Assert.NotNull(first);
            Assert.Null(HomeLock.TryAcquire(_home.Path, new HomeHolder(1, null)));
            Assert.Equal(new HomeHolder(4711, null), HomeLock.Read(_home.Path));

            first.Describe(new HomeHolder(4711, null, IsWorker: true));
            Assert.True(HomeLock.Read(_home.Path)!.IsWorker);

            first.Describe(new HomeHolder(4711, "http://127.0.0.1:8000"));
            Assert.Equal("http://127.0.0.1:8000", HomeLock.Read(_home.Path)!.Url);
        }

        Assert.Null(HomeLock.Read(_home.Path));
        using var second = HomeLock.TryAcquire(_home.Path, new HomeHolder(4712, null));
        Assert.NotNull(second);
    }

    [Fact]
    public void What_a_killed_process_left_behind_holds_nothing()
    {
        File.WriteAllText(Path.Combine(_home.Path, "ktrdr.lock"), """{"process_id":4711,"url":null}""");
        File.WriteAllText(Path.Combine(_home.Path, ".ktrdr.hold"), "");

        Assert.Null(HomeLock.Read(_home.Path));
        using var taken = HomeLock.TryAcquire(_home.Path, new HomeHolder(5, null));
        Assert.Equal(5, HomeLock.Read(_home.Path)!.ProcessId);
    }

    [Fact]
    public void A_home_that_does_not_exist_is_held_by_nobody() =>
        Assert.Null(HomeLock.Read(Path.Combine(_home.Path, "elsewhere")));
}
