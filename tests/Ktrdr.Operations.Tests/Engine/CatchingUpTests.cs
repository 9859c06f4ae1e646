using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Operations.Tests;

/// <summary>A home is brought up to date before anybody works in it.</summary>
public sealed class CatchingUpTests : IDisposable
{
    private readonly TemporaryHome _home = new(RecordsIn.Postgres);
    private readonly Mirror _mirror = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Every_attempt_begins_with_what_others_have_made()
    {
        var stage = new Stage();
        await using var house = await OpenAsync(stage, looks: TimeSpan.FromHours(1));
        var before = 0;
        stage.On(
            "act",
            (part, _, _) =>
            {
                before = _mirror.Times;
                return Task.FromResult(new Played(part.Act));
            }
        );

        var atFirst = _mirror.Times;
        await house.RunAsync("child", "act");

        Assert.True(before > atFirst, $"It was brought up to date {before} times, and {atFirst} times before.");
    }

    [Fact]
    public async Task An_attempt_whose_home_cannot_be_brought_up_to_date_hands_the_work_back_and_it_is_done_later()
    {
        var stage = new Stage().On("act");
        await using var house = await OpenAsync(stage);
        _mirror.Faults.Enqueue(new DatabaseUnavailableException("the database", new IOException("away")));

        Assert.Equal(OperationStatus.Completed, (await house.RunAsync("child", "act")).Status);

        Assert.Equal(["act"], stage.Played);
    }

    [Fact]
    public async Task A_home_that_cannot_take_what_the_work_is_about_leaves_it_and_does_it_once_it_can()
    {
        var stage = new Stage().On("act");
        await using var house = await OpenAsync(stage, looks: TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 5; i++)
        {
            _mirror.Faults.Enqueue(new IOException("no room"));
        }

        var ended = await house.RunAsync("child", "act");

        Assert.Equal((OperationStatus.Completed, 1), (ended.Status, ended.Attempt));
        Assert.Empty(_mirror.Faults);
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_to_keeps_nobody_from_starting()
    {
        _mirror.Faults.Enqueue(new IOException("no room"));
        var stage = new Stage().On("act");

        await using var house = await OpenAsync(stage);

        Assert.Equal(OperationStatus.Completed, (await house.RunAsync("child", "act")).Status);
    }

    private Task<House> OpenAsync(Stage stage, TimeSpan? looks = null) =>
        House.OpenAsync(
            _home,
            stage,
            options => options.ReconcileInterval = looks ?? options.ReconcileInterval,
            add: services => services.AddSingleton<IHomeMirror>(_mirror)
        );

    private sealed class Mirror : IHomeMirror
    {
        private int _times;

        public int Times => _times;

        public System.Collections.Concurrent.ConcurrentQueue<Exception> Faults { get; } = new();

        public Task CatchUpAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _times);
            return Faults.TryDequeue(out var fault) ? Task.FromException(fault) : Task.CompletedTask;
        }
    }
}
