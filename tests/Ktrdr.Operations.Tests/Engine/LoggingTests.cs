using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations.Tests;

/// <summary>What the engine logs, and how often.</summary>
public sealed class LoggingTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly Overheard _overheard = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task What_is_logged_about_an_attempt_carries_operation_type_and_attempt()
    {
        await using var house = await OpenAsync(new Stage().On("train"));
        var train = await house.RunAsync("child", "train");

        var began = Assert.Single(_overheard.Lines, line => line.Event == "attempt_began");
        Assert.Equal(
            (train.Id, "child", 1),
            (began.Around["OperationId"], began.Around["OperationType"], began.Around["Attempt"])
        );
    }

    [Fact]
    public async Task A_disk_that_stays_full_is_logged_once_however_often_it_is_tried()
    {
        var full = true;
        using var refused = new SemaphoreSlim(0);
        var stage = new Stage().On(
            "report",
            async (part, work, cancellationToken) =>
            {
                for (var percentage = 1; percentage <= 5; percentage++)
                {
                    work.Report(percentage, "on");
                    await refused.WaitAsync(cancellationToken);
                }

                full = false;
                return new Played(part.Act);
            }
        );
        await using var house = await OpenAsync(stage);
        await house.Database.WriteAsync(
            connection =>
            {
                ((SqliteConnection)connection).CreateFunction("is_full", IsFull);
                connection.Execute(
                    """
                    CREATE TRIGGER full_disk BEFORE INSERT ON events WHEN NEW.kind = 'progress'
                    BEGIN SELECT CASE WHEN is_full() THEN RAISE(ABORT, 'database or disk is full') END; END
                    """
                );
            },
            CancellationToken.None
        );

        Assert.Equal(OperationStatus.Completed, (await house.RunAsync("child", "report")).Status);

        var told = Assert.Single(_overheard.Lines, line => line.Exception is not null);
        Assert.Equal("write_failed", told.Event);
        Assert.Contains("its progress could not be written", told.Message);

        bool IsFull()
        {
            if (full)
            {
                refused.Release();
            }

            return full;
        }
    }

    [Fact]
    public void A_cause_is_told_with_its_trace_once_and_then_once_a_minute_in_a_sentence()
    {
        var clock = new StopWatch();
        var troubles = TroublesBy(clock);
        for (var second = 0; second < 180; second++)
        {
            troubles.WriteFailed($"op_{second}", "outcome", new IOException("no room"));
            clock.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [
                ("write_failed", true, "Operation op_0: its outcome could not be written, trying again"),
                ("still_failing", false, "Still failing, 60 times since it was last told: no room"),
                ("still_failing", false, "Still failing, 60 times since it was last told: no room"),
            ],
            Told()
        );
    }

    [Fact]
    public void Another_cause_and_one_that_comes_back_after_a_while_are_news()
    {
        var clock = new StopWatch();
        var troubles = TroublesBy(clock);
        troubles.RoundFailed(new IOException("no room"));
        troubles.RoundFailed(new IOException("no network"));
        troubles.CatchingUpFailed(new IOException("no network"));
        clock.Pass(TimeSpan.FromSeconds(61));
        troubles.PublishingFailed("op_1", new IOException("no room"));

        Assert.Equal(
            [
                ("round_failed", true, "A look at the records failed, trying again"),
                ("round_failed", true, "A look at the records failed, trying again"),
                (
                    "publishing_failed",
                    true,
                    "Operation op_1: what it publishes could not be put in place, trying again"
                ),
            ],
            Told()
        );
    }

    private IEnumerable<(string?, bool, string)> Told() =>
        _overheard.Lines.Select(line => (line.Event, line.Exception is not null, line.Message));

    private Troubles TroublesBy(TimeProvider clock) =>
        new(clock, LoggerFactory.Create(logging => logging.AddProvider(_overheard)).CreateLogger<Troubles>());

    private Task<House> OpenAsync(Stage stage) =>
        House.OpenAsync(
            _home,
            stage,
            options => options.ProgressInterval = TimeSpan.FromMilliseconds(1),
            add: services => services.AddLogging(logging => logging.AddProvider(_overheard))
        );

    /// <summary>Time that passes when a test says so.</summary>
    private sealed class StopWatch : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
