using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Operations.Tests;

/// <summary>A real engine on a real database, with a stage for a worker.</summary>
/// <remarks>Types: <c>parent</c> (role <c>waiting</c>), <c>child</c> (role <c>working</c>), <c>printed</c> (which publishes).</remarks>
internal sealed class House : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _home;
    private string? _hand;
    private bool _open = true;

    private House(ServiceProvider services, string home)
    {
        _services = services;
        _home = home;
        Node = services.GetRequiredService<OperationsOptions>().Node;
    }

    public IOperations Operations => _services.GetRequiredService<IOperations>();

    public IOperationFigures Figures => _services.GetRequiredService<IOperationFigures>();

    public OperationStore Store => _services.GetRequiredService<OperationStore>();

    public string Node { get; }

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
        var house = new House(services.BuildServiceProvider(), home.Path);

        // Opened before anybody asks: a thousand at once would all wait for the first, and keep the threads it needs.
        _ = house.Database;
        return house;
    }

    /// <summary>The node that a test claims for with its own hand, where no engine runs.</summary>
    public async Task<string> HandAsync()
    {
        if (_hand is null)
        {
            _hand = $"hand {Guid.NewGuid():N}";
            var node = new Node(_hand, _home, _home, default, default, [new NodeRole("working", 1, 0)]);
            await Store.JoinAsync(node, again: false, OnRestart.Resume, crashCap: 100, CancellationToken.None);
        }

        return _hand;
    }

    public async Task<Operation?> ClaimAsync(string id) =>
        await Store.ClaimAsync(id, await HandAsync(), CancellationToken.None);

    /// <summary>A running operation is claimed anew after its attempt crashed.</summary>
    public async Task<Operation?> ClaimAgainAsync(string id, int crashCap = 3)
    {
        await Store.PutBackAsync(Store.Find(id)!, countsAsCrash: true, crashCap, CancellationToken.None);
        return await ClaimAsync(id);
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
