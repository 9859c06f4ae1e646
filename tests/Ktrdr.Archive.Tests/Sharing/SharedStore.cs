using System.Collections.Concurrent;
using Ktrdr.Operations;
using Ktrdr.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ktrdr.Archive.Tests;

/// <summary>A schema of its own in a real PostgreSQL server, and homes that share it.</summary>
internal sealed class SharedStore : ILoggerProvider
{
    private readonly string _schema = $"homes_{Guid.NewGuid():N}";
    private readonly List<TemporaryHome> _homes = [];
    private readonly ConcurrentQueue<string> _said = new();
    private readonly ServiceProvider _services;
    private readonly ILoggerFactory _logging;

    public SharedStore()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        _services = new ServiceCollection()
            .AddOperations(options => options.DatabaseUrl = PostgresServer.Shared.AddressOf(_schema))
            .BuildServiceProvider();
        _logging = LoggerFactory.Create(logging => logging.AddProvider(this));
    }

    public ISharedFiles Files => _services.GetRequiredService<ISharedFiles>();

    /// <summary>The warnings of all homes so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _said];

    /// <summary>A folder no process works on yet.</summary>
    public TemporaryHome NewHome()
    {
        var home = new TemporaryHome();
        _homes.Add(home);
        return home;
    }

    /// <summary>The home as a process that has just started sees it.</summary>
    public HomeFolder Open(TemporaryHome home) => Open(home, Files);

    /// <summary>The same, with its own sight of the files.</summary>
    public HomeFolder Open(TemporaryHome home, ISharedFiles files) =>
        new(home.Folder.Root, files, _logging.CreateLogger("home"));

    public HomeFolder OpenNew() => Open(NewHome());

    /// <summary>Does to the table what the program never does.</summary>
    public void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={PostgresServer.Shared.Port};Username=postgres;Database=postgres;Search Path={_schema}"
        );
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public ILogger CreateLogger(string categoryName) => new Listener(_said);

    public void Dispose()
    {
        _services.Dispose();
        _homes.ForEach(home => home.Dispose());
    }

    private sealed class Listener(ConcurrentQueue<string> said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
            {
                said.Enqueue(formatter(state, exception));
            }
        }
    }
}
