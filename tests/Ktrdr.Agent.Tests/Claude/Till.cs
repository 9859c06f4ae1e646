using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>What an operation is to buy, in order.</summary>
internal sealed record Shopping(params string[] Exchanges);

/// <summary>The words that were bought.</summary>
internal sealed record Bag(IReadOnlyList<string> Words);

/// <summary>A real engine and ledger with a worker that buys replies over the real package from a server on this machine.</summary>
internal sealed class Till : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Lines _log;

    private Till(ServiceProvider services, Lines log) => (_services, _log) = (services, log);

    public IOperations Operations => _services.GetRequiredService<IOperations>();

    public MessagesClient Client => _services.GetRequiredService<MessagesClient>();

    /// <summary>Everything that was logged, exceptions included.</summary>
    public string Log => _log.ToString();

    public static AgentOptions Options(LoopbackServer server) =>
        new() { Key = new Secret(server.Key), BaseUrl = new Uri(server.Url) };

    public static async Task<Till> OpenAsync(
        string home,
        AgentOptions options,
        decimal? daily = 5,
        TimeProvider? time = null,
        Shopper? shopper = null
    )
    {
        var clock = time ?? TimeProvider.System;
        var log = new Lines();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddSingleton(TimeProvider.System);
        services.AddOperations(settings => settings.DatabasePath = Path.Combine(home, "ktrdr.db"));
        services.AddSingleton(shopper ?? new Shopper());
        services.AddWorker<Customer, Shopping, Bag>("agent_design", "agent", "design_failed");
        services.AddSingleton(_ => new MessagesClient(options, clock));
        services.AddSingleton(provider => new Purchases(
            provider.GetRequiredService<MessagesClient>(),
            Prices.Load(null, TimeProvider.System),
            options,
            new ResearchOptions { DailyBudget = daily },
            clock
        ));
        var till = new Till(services.BuildServiceProvider(), log);
        foreach (var host in till._services.GetServices<IHostedService>())
        {
            await host.StartAsync(CancellationToken.None);
        }

        return till;
    }

    public async Task<Operation> StartAsync(params string[] exchanges) =>
        Assert
            .IsType<StartResult.Started>(
                await Operations.StartAsync(
                    new StartRequest<Shopping> { Type = "agent_design", Order = new Shopping(exchanges) },
                    CancellationToken.None
                )
            )
            .Operation;

    public Task<Operation> EndOf(string id) =>
        Operations.WaitAsync(id, CancellationToken.None).WaitAsync(LoopbackServer.Patience);

    public async Task<Operation> BuyAsync(params string[] exchanges) => await EndOf((await StartAsync(exchanges)).Id);

    /// <summary>Payments, oldest first.</summary>
    public async Task<IReadOnlyList<Payment>> PaymentsAsync() =>
        [.. (await Operations.PaymentsAsync(null, null, CancellationToken.None)).Reverse()];

    /// <summary>What was charged in all, in nano-dollars.</summary>
    public async Task<long> ChargedAsync() => (await PaymentsAsync()).Sum(payment => payment.Settled!.Value.Nano);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _services.GetServices<IHostedService>())
        {
            await host.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public override string ToString() => string.Join('\n', _lines);

        public void Dispose() { }
    }
}

/// <summary>What a customer asks for, and where it may be stopped.</summary>
internal sealed class Shopper
{
    public Func<string, JsonObject> Request { get; init; } = name => Opus($"Please answer {name}.");

    /// <summary>Ends after everything was bought and before the operation does.</summary>
    public Task Leaving { get; init; } = Task.CompletedTask;

    public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static JsonObject Opus(string words, string model = "claude-opus-5-5", long tokens = 4_096) =>
        new()
        {
            ["model"] = model,
            ["max_tokens"] = tokens,
            ["system"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "text",
                    ["text"] = new StringBuilder().Insert(0, "You are asked for very little. ", 200).ToString(),
                    ["cache_control"] = new JsonObject { ["type"] = "ephemeral" },
                }
            ),
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = words }),
        };
}

/// <summary>Buys what it is sent for.</summary>
internal sealed class Customer(Purchases purchases, Shopper shopper) : IWorker<Shopping, Bag>
{
    public async Task<Bag> RunAsync(Shopping order, IWorkContext work, CancellationToken cancellationToken)
    {
        var words = new List<string>();
        foreach (var name in order.Exchanges)
        {
            var reply = await purchases.BuyAsync(work, name, "designing", shopper.Request(name), cancellationToken);
            words.Add(reply.Content.ToJsonString());
        }

        shopper.Served.TrySetResult();
        await shopper.Leaving.WaitAsync(cancellationToken);
        return new Bag(words);
    }
}
