using Ktrdr.Operations;

namespace Ktrdr.Operations.Tests;

public sealed class SharedReadingTests : IDisposable
{
    private readonly ManualResetEventSlim _may = new();
    private readonly SemaphoreSlim _began = new(0);
    private int _readings;

    [Fact]
    public async Task Whoever_asks_alone_is_answered_by_a_reading_of_his_own()
    {
        _may.Set();
        var reading = new SharedReading<int>(Read);

        Assert.Equal(1, await reading.ReadAsync());
        Assert.Equal(2, await reading.ReadAsync());
    }

    [Fact]
    public async Task All_who_ask_during_a_reading_share_the_next_and_nobody_is_told_what_was_read_before_he_asked()
    {
        var reading = new SharedReading<int>(Read);
        var first = Task.Run(reading.ReadAsync);
        await _began.WaitAsync(TestContext.Current.CancellationToken);

        var others = Enumerable.Range(0, 50).Select(_ => reading.ReadAsync()).ToList();
        _may.Set();

        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(others), told => Assert.Equal(2, told));
    }

    [Fact]
    public async Task A_reading_that_fails_fails_for_all_who_shared_it_and_the_next_is_tried_again()
    {
        var reading = new SharedReading<int>(() => Read() == 2 ? throw new IOException("the disk is gone") : _readings);
        var first = Task.Run(reading.ReadAsync);
        await _began.WaitAsync(TestContext.Current.CancellationToken);

        var (one, other) = (reading.ReadAsync(), reading.ReadAsync());
        _may.Set();

        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<IOException>(() => one);
        await Assert.ThrowsAsync<IOException>(() => other);
        Assert.Equal(3, await reading.ReadAsync());
    }

    [Fact]
    public async Task A_first_reading_that_fails_holds_up_nobody()
    {
        _may.Set();
        var reading = new SharedReading<int>(() => Read() == 1 ? throw new IOException("the disk is gone") : _readings);

        await Assert.ThrowsAsync<IOException>(reading.ReadAsync);

        Assert.Equal(2, await reading.ReadAsync());
    }

    public void Dispose()
    {
        _may.Dispose();
        _began.Dispose();
    }

    private int Read()
    {
        var number = Interlocked.Increment(ref _readings);
        _began.Release();
        _may.Wait(TestContext.Current.CancellationToken);
        return number;
    }
}
