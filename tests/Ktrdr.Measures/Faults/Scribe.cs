using Ktrdr.Loopback;
using Ktrdr.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Measures;

/// <summary>What a <see cref="Scribe"/> is to do: nothing but begin, or write on and on.</summary>
internal sealed record Dictation(bool Endless);

/// <summary>It was done.</summary>
internal sealed record Dictated;

/// <summary>The smallest worker there can be, on the real engine over a real PostgreSQL: what it costs is what the records cost.</summary>
internal sealed class Scribe(Action began) : IWorker<Dictation, Dictated>
{
    private const string Work = "dictation";

    /// <summary>A process that writes facts about an operation as fast as it is let, until it is killed.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "home", "database");
        using var host = Build(given.Text("home", ""), given.Text("database", ""), places: 1, Say);
        await host.StartAsync();
        await OfferAsync(host, new Dictation(Endless: true));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>A node of its own.</summary>
    /// <param name="home">Its home; one that offers work and does none needs one too.</param>
    /// <param name="database">What it shares with the others.</param>
    /// <param name="places">How many dictations it takes at once.</param>
    /// <param name="began">Told when one has been claimed here and begins.</param>
    public static IHost Build(string home, string database, int places, Action began)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(began);
        builder.Services.AddOperations(operations =>
        {
            operations.DatabasePath = Path.Combine(home, "ktrdr.db");
            operations.DatabaseUrl = database;
            operations.Capacities[Work] = places;
        });
        builder.Services.AddWorker<Scribe, Dictation, Dictated>(Work, Work, "dictation_failed");
        return builder.Build();
    }

    /// <summary>Records work for whoever claims it first.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> OfferAsync(IHost host, Dictation order) =>
        await host
            .Services.GetRequiredService<IOperations>()
            .StartAsync(new StartRequest<Dictation> { Type = Work, Order = order }, CancellationToken.None)
            is StartResult.Started(var operation)
            ? operation.Id
            : throw new InvalidOperationException("Nothing stands in its way.");

    /// <inheritdoc/>
    public async Task<Dictated> RunAsync(Dictation order, IWorkContext work, CancellationToken cancellationToken)
    {
        began();
        for (var word = 1; order.Endless; word++)
        {
            await work.SetMetadataAsync(new Dictionary<string, object?> { ["word"] = word }, cancellationToken);
        }

        return new Dictated();
    }

    private static void Say()
    {
        Console.Out.WriteLine("writes");
        Console.Out.Flush();
    }
}
