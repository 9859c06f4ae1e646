using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations.Tests;

/// <summary>Everything that is logged, with what was said about everything around it.</summary>
internal sealed class Overheard : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<Line> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    internal sealed record Line(
        string? Event,
        string Message,
        Exception? Exception,
        IReadOnlyDictionary<string, object?> Around
    );

    public IReadOnlyList<Line> Lines => [.. _lines];

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose() { }

    private sealed class Logger(Overheard overheard) : ILogger
    {
        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => overheard._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var around = new Dictionary<string, object?>();
            overheard._scopes.ForEachScope(
                static (scope, around) =>
                {
                    foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    {
                        around[name] = value;
                    }
                },
                around
            );
            overheard._lines.Enqueue(new Line(eventId.Name, formatter(state, exception), exception, around));
        }
    }
}
