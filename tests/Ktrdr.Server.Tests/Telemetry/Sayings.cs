using Microsoft.Extensions.Logging;

namespace Ktrdr.Server.Tests;

/// <summary>A log that keeps what it was told, in the order it was told.</summary>
internal sealed class Sayings<T> : List<string>, ILogger<T>
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
