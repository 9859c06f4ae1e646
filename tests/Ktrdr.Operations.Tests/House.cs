using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Operations.Tests;

/// <summary>A real engine on a real database, with a stage for a worker.</summary>
/// <remarks>Types: <c>parent</c> (role <c>waiting</c>), <c>child</c> (role <c>working</c>), <c>printed</c> (which publishes).</remarks>
internal sealed class House : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _open = true;

    private House(ServiceProvider services) => _services = services;

    public IOperations Operations => _services.GetRequiredService<IOperations>();

    public OperationStore Store => _services.GetRequiredService<OperationStore>();

    public Database Database => _services.GetRequiredService<Database>();

    public static async Task<House> OpenAsync(
        TemporaryHome home,
        Stage stage,
        Action<OperationsOptions>? configure = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? add = null
    )
    {
        var house = Build(home, stage, configure, time, add);
        await house._services.GetRequiredService<Engine>().StartAsync(CancellationToken.None);
        return house;
    }

    /// <summary>The same without a running engine.</summary>
    public static House Build(
        TemporaryHome home,
        Stage stage,
        Action<OperationsOptions>? configure = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? add = null
    )
    {
        var services = new ServiceCollection();
        services.AddSingleton(stage);
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddOperations(options =>
        {
            home.Configure(options);
            options.Capacities["waiting"] = 4;
            options.Capacities["working"] = 2;
            configure?.Invoke(options);
        });
        services.AddWorker<Player, Part, Played>("parent", "waiting", "parent_failed");
        services.AddWorker<Player, Part, Played>("child", "working", "child_failed");
        services.AddWorker<PublishingPlayer, Part, Played>("printed", "working", "printing_failed");
        services.AddLedger("trials");
        add?.Invoke(services);
        var house = new House(services.BuildServiceProvider());

        // Opened before anybody asks: a thousand at once would all wait for the first, and keep the threads it needs.
        _ = house.Database;
        return house;
    }

    public async Task<Operation> StartAsync(string type, string act) =>
        Assert
            .IsType<StartResult.Started>(
                await Operations.StartAsync(
                    new StartRequest<Part> { Type = type, Order = new Part(act) },
                    CancellationToken.None
                )
            )
            .Operation;

    public Task<Operation> EndOf(string id) =>
        Operations.WaitAsync(id, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<Operation> RunAsync(string type, string act) => await EndOf((await StartAsync(type, act)).Id);

    public async Task<Operation> ChildOf(string id, string name) =>
        (await Operations.ChildrenAsync(id, CancellationToken.None)).Single(child => child.Name == name);

    public async Task<IReadOnlyList<OperationEvent>> HistoryOf(string id, long after = 0)
    {
        var events = new List<OperationEvent>();
        await foreach (var happened in Operations.WatchAsync(id, after, CancellationToken.None))
        {
            events.Add(happened);
        }

        return events;
    }

    /// <summary>The process dies: from one instant to the next nothing more reaches the disk.</summary>
    public async Task CrashAsync()
    {
        Database.Dispose();
        await DisposeAsync();
    }

    /// <summary>The process ends in order.</summary>
    public async Task ShutDownAsync()
    {
        await _services.GetRequiredService<Engine>().StopAsync(CancellationToken.None);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_open)
        {
            _open = false;
            await _services.DisposeAsync();
        }
    }
}
