namespace Ktrdr.Server.Tests;

/// <summary>Spans that never arrive are counted, and said without flooding the log.</summary>
public sealed class ExportLossesTests
{
    [Fact]
    public void As_many_as_there_is_room_for_get_in_and_the_rest_is_lost()
    {
        var lost = 0L;
        var losses = new ExportLosses(mostSpans: 2, count => lost += count, new Sayings<ExportLosses>(), new Clock());

        Assert.Equal([true, true, false], [losses.Enter(), losses.Enter(), losses.Enter()]);
        Assert.Equal(1, lost);

        losses.Leave(1, sent: true);
        Assert.True(losses.Enter());
    }

    [Fact]
    public void Dropping_is_said_when_it_begins_and_again_after_something_was_sent_in_between()
    {
        var said = new Sayings<ExportLosses>();
        var lost = 0L;
        var clock = new Clock();
        var losses = new ExportLosses(mostSpans: 4, count => lost += count, said, clock);

        losses.Leave(1, sent: false);
        losses.Leave(1, sent: false);
        Assert.Single(said);

        losses.Leave(1, sent: true);
        clock.Now += TimeSpan.FromHours(1);
        losses.Leave(2, sent: false);
        Assert.Equal((2, 4), (said.Count, lost));
        Assert.All(said, line => Assert.Contains("ktrdr_dropped_spans_total", line, StringComparison.Ordinal));
    }

    [Fact]
    public void However_often_dropping_begins_anew_it_is_said_once_a_minute()
    {
        var said = new Sayings<ExportLosses>();
        var lost = 0L;
        var clock = new Clock();
        var losses = new ExportLosses(mostSpans: 4, count => lost += count, said, clock);

        for (var second = 0; second < 60; second++)
        {
            losses.Leave(1, sent: false);
            losses.Leave(1, sent: true);
            clock.Now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal((1, 60), (said.Count, lost));

        losses.Leave(1, sent: false);
        losses.Leave(1, sent: false);
        Assert.Equal((2, 62), (said.Count, lost));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
