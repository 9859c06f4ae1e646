using Ktrdr.Agent;
using Ktrdr.Operations;
using Ktrdr.Research;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Arguments = Ktrdr.Loopback.Arguments;

namespace Ktrdr.Measures;

/// <summary>What is to be bought: so many exchanges under one number.</summary>
internal sealed record BuyingOrder(int Number);

/// <summary>All of it was tried.</summary>
internal sealed record Bought(int Replies);

/// <summary>The process that is killed: it buys exchanges through the product's own purchases and ledger, and says on its output
/// which replies it holds. A line is written only after the reply is in the records.</summary>
internal sealed class Buyer(Purchases purchases, ExchangePlan plan) : IWorker<BuyingOrder, Bought>
{
    private const int AtOnce = 16;
    private const int Hurry = 40;

    /// <summary>Buys all orders, the finished ones of earlier lives excepted.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "home", "url", "key", "seed", "orders");
        var time = new HurriedTime(Hurry);
        var options = new AgentOptions
        {
            Key = new Secret(given.Text("key", "")),
            BaseUrl = new Uri(given.Text("url", "")),
            CycleLimit = null,
            CallLimit = null,
            // In hurried time: two seconds for what stalls.
            Patience = new Patience
            {
                Connect = TimeSpan.FromSeconds(10 * Hurry),
                FirstEvent = TimeSpan.FromSeconds(2 * Hurry),
                Idle = TimeSpan.FromSeconds(2 * Hurry),
                Count = TimeSpan.FromSeconds(60 * Hurry),
            },
        };
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        // Standard output is for what the buyer says. A mistake of the program's own is for whoever reads the terminal.
        builder
            .Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(new ExchangePlan(given.Number("seed", 1)));
        builder.Services.AddSingleton(new MessagesClient(options, time));
        builder.Services.AddSingleton(provider => new Purchases(
            provider.GetRequiredService<MessagesClient>(),
            Prices.Load(null, TimeProvider.System),
            options,
            new ResearchOptions { DailyBudget = null },
            time
        ));
        builder.Services.AddOperations(operations =>
        {
            operations.DatabasePath = Path.Combine(given.Text("home", ""), "ktrdr.db");
            operations.Capacities["buying"] = AtOnce;
            operations.CrashCap = int.MaxValue;
        });
        builder.Services.AddWorker<Buyer, BuyingOrder, Bought>("buying", "buying", "buying_failed");
        using var host = builder.Build();
        await host.StartAsync();
        await FinishAsync(host.Services.GetRequiredService<IOperations>(), given.Number("orders", 1));
        await host.StopAsync();
        return 0;
    }

    /// <inheritdoc/>
    public async Task<Bought> RunAsync(BuyingOrder order, IWorkContext work, CancellationToken cancellationToken)
    {
        Say($"order {order.Number} {work.OperationId}");
        var replies = 0;
        for (var exchange = 1; exchange <= ExchangePlan.Each; exchange++)
        {
            try
            {
                var reply = await purchases.BuyAsync(
                    work,
                    ExchangePlan.Name(exchange),
                    "designing",
                    plan.Request(order.Number, exchange),
                    cancellationToken
                );
                Say($"holds {order.Number} {exchange} {reply.MessageId}");
                replies++;
            }
            catch (OperationFailedException)
            {
                // All its attempts were in vain. The next exchange is another one.
            }
        }

        return new Bought(replies);
    }

    private static async Task FinishAsync(IOperations operations, int orders)
    {
        var page = await operations.ListAsync(new OperationQuery { Limit = 1 }, CancellationToken.None);
        for (var number = page.Total + 1; number <= orders; number++)
        {
            await operations.StartAsync(
                new StartRequest<BuyingOrder> { Type = "buying", Order = new BuyingOrder(number) },
                CancellationToken.None
            );
        }

        var all = await operations.ListAsync(new OperationQuery { Limit = orders }, CancellationToken.None);
        foreach (var operation in all.Operations)
        {
            var ended = await operations.WaitAsync(operation.Id, CancellationToken.None);
            if (ended.Error is { } error)
            {
                throw new InvalidOperationException($"{ended.Id} failed: {error.Message}");
            }
        }
    }

    private static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    /// <summary>A clock on which waits are over sooner; what time it is it says truly.</summary>
    private sealed class HurriedTime(int times) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Hurried(System.CreateTimer(callback, state, Sooner(dueTime), Sooner(period)), this);

        private TimeSpan Sooner(TimeSpan wait) => wait <= TimeSpan.Zero ? wait : wait / times;

        private sealed class Hurried(ITimer timer, HurriedTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) =>
                timer.Change(time.Sooner(dueTime), time.Sooner(period));

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
