using System.Diagnostics;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Measures;

/// <summary>Many random exchanges over the official package, with faults, while the process that makes them is killed again and
/// again: at the end its ledger must say what the server's own bill says.</summary>
internal static class Exchanges
{
    private const int Killed = 128 + 9;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "count", "kills", "seed");
        var count = given.Number("count", 10_000);
        var outcome = await MeasureAsync(count, given.Number("kills", 100), given.Number("seed", 1));
        Console.WriteLine(outcome);
        foreach (var difference in outcome.Differences.Take(20))
        {
            Console.WriteLine($"  {difference}");
        }

        return outcome.Reached ? 0 : 1;
    }

    /// <summary>Measures with so many exchanges and kills.</summary>
    public static async Task<Reconciliation> MeasureAsync(int count, int kills, int seed)
    {
        var orders = (count + ExchangePlan.Each - 1) / ExchangePlan.Each;
        var plan = new ExchangePlan(seed);
        var chance = new Random(seed);
        using var home = new TemporaryHome();
        await using var server = await LoopbackServer.StartAsync();
        server.Answer = request =>
        {
            // Now and then there is nobody to count, and the client has to assume a token a byte.
            server.CountFault = request.Number % 50 < 5 ? LoopbackServer.NoCounting : null;
            return plan.Answer(request.Number);
        };
        var word = new BuyersWord();
        var killed = new List<DateTimeOffset>();
        while (true)
        {
            using var buyer = Start(home, server, seed, orders);
            var listening = word.ListenAsync(buyer.StandardOutput);
            var ended = buyer.WaitForExitAsync();
            if (killed.Count < kills)
            {
                var alarm = server.ArrivedAsync(
                    server.Messages.Count + chance.Next(1, Math.Max(2, 2 * count / (kills + 1)))
                );
                await Task.WhenAny(ended, alarm);
                await Task.WhenAny(ended, Task.Delay(chance.Next(0, 40))); // a random moment of the exchange
            }
            else
            {
                await ended;
            }

            if (!buyer.HasExited)
            {
                buyer.Kill();
                await ended;
                killed.Add(DateTimeOffset.UtcNow);
            }

            await ended;
            await listening;
            await server.Bill.ClosedAsync();
            if (buyer.ExitCode == 0)
            {
                break;
            }

            if (buyer.ExitCode != Killed)
            {
                throw new InvalidOperationException($"The buyer ended by itself, with {buyer.ExitCode}.");
            }
        }

        return Reconciliation.Of(server, await LedgerAsync(home), word, plan, orders, killed);
    }

    private static async Task<IReadOnlyList<Payment>> LedgerAsync(TemporaryHome home)
    {
        var services = new ServiceCollection();
        services.AddOperationsReader(options => options.DatabasePath = home.Database);
        await using var provider = services.BuildServiceProvider();
        return await provider
            .GetRequiredService<IOperations>()
            .PaymentsAsync(day: null, rootId: null, CancellationToken.None);
    }

    private static Process Start(TemporaryHome home, LoopbackServer server, int seed, int orders)
    {
        var command = new ProcessStartInfo(Runtime.Dotnet) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var argument in (string[])
                [
                    typeof(Exchanges).Assembly.Location,
                    "buy",
                    "--home",
                    home.Folder,
                    "--url",
                    server.Url,
                    "--key",
                    server.Key,
                    "--seed",
                    $"{seed}",
                    "--orders",
                    $"{orders}",
                ]
        )
        {
            command.ArgumentList.Add(argument);
        }

        return Process.Start(command)!;
    }
}

/// <summary>What the buyer said over all its lives.</summary>
internal sealed class BuyersWord
{
    /// <summary>The order that an operation works on.</summary>
    public Dictionary<string, int> Orders { get; } = [];

    /// <summary>The messages it ever said it holds, for each exchange.</summary>
    public Dictionary<(int Order, int Exchange), HashSet<string>> Held { get; } = [];

    /// <summary>Reads to the end of a life. A line that was cut by its death says nothing.</summary>
    public async Task ListenAsync(StreamReader output)
    {
        var said = await output.ReadToEndAsync();
        foreach (var line in said[..(said.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (line.Split(' '))
            {
                case ["order", var order, var operation]:
                    Orders[operation] = int.Parse(order);
                    break;
                case ["holds", var order, var exchange, var message]:
                    var key = (int.Parse(order), int.Parse(exchange));
                    Held.TryAdd(key, []);
                    Held[key].Add(message);
                    break;
            }
        }
    }
}
