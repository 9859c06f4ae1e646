using Microsoft.Extensions.Logging;

namespace Ktrdr.Server.Tests;

/// <summary>Spans that never arrive are counted, and said once.</summary>
public sealed class ExportLossesTests
{
    [Fact]
    public void As_many_as_there_is_room_for_get_in_and_the_rest_is_lost()
    {
        var lost = 0L;
        var losses = new ExportLosses(mostSpans: 2, count => lost += count, new Sayings());

        Assert.Equal([true, true, false], [losses.Enter(), losses.Enter(), losses.Enter()]);
        Assert.Equal(1, lost);

        losses.Leave(1, sent: true);
        Assert.True(losses.Enter());
    }

    [Fact]
    public void Dropping_is_said_when_it_begins_and_again_after_something_was_sent_in_between()
    {
        var said = new Sayings();
        var lost = 0L;
        var losses = new ExportLosses(mostSpans: 4, count => lost += count, said);

        losses.Leave(1, sent: false);
        losses.Leave(1, sent: false);
        Assert.Single(said);

        losses.Leave(1, sent: true);
        losses.Leave(2, sent: false);
        Assert.Equal((2, 4), (said.Count, lost));
        Assert.All(said, line => Assert.Contains("ktrdr_dropped_spans_total", line, StringComparison.Ordinal));
    }

    private sealed class Sayings : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Add(formatter(state, exception));
    }
}
