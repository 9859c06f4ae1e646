using Ktrdr.Agent;
using Ktrdr.Archive;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ktrdr.Research.Tests;

/// <summary>Research as a host runs it, over a home of its own: real records, real shelves, real training. Only what Claude
/// would answer is played.</summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Laboratory(ServiceProvider services) => _services = services;

    public IResearchDesk Desk => _services.GetRequiredService<IResearchDesk>();

    public IOperations Operations => _services.GetRequiredService<IOperations>();

    public IStrategyShelf Strategies => _services.GetRequiredService<IStrategyShelf>();

    public ICheckpointShelf Checkpoints => _services.GetRequiredService<ICheckpointShelf>();

    public IBarSource Bars => _services.GetRequiredService<IBarSource>();

    /// <summary>Opens a home.</summary>
    /// <param name="home">The folder.</param>
    /// <param name="claude">Who plays Claude.</param>
    /// <param name="settings">Settings by name, each <c>NAME=value</c>. There is a key unless it is set to nothing.</param>
    public static Task<Laboratory> OpenAsync(DirectoryInfo home, PlayedClaude claude, params string[] settings) =>
        OpenAsync(home, claude, _ => { }, settings);

    /// <summary>Opens a home in which something else takes the place of what a host brings.</summary>
    public static async Task<Laboratory> OpenAsync(
        DirectoryInfo home,
        PlayedClaude claude,
        Action<IServiceCollection> replace,
        params string[] settings
    )
    {
        var pairs = settings.Prepend("ANTHROPIC_API_KEY=sk-test").Select(setting => setting.Split('=', 2)).ToList();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                pairs
                    .GroupBy(pair => pair[0], StringComparer.Ordinal)
                    .Select(same => KeyValuePair.Create(same.Key, (string?)same.Last()[1]))
            )
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IDesigner>(claude);
        services.AddSingleton<IAssessor>(claude);
        services.AddArchive(home.FullName);
        services.AddOperations(options =>
        {
            options.DatabasePath = Path.Combine(home.FullName, "ktrdr.db");
            options.DatabaseUrl = configuration["KTRDR_DATABASE"];
        });
        services.AddResearch(configuration);
        services.AddAgent(configuration);
        replace(services);
        var laboratory = new Laboratory(services.BuildServiceProvider());
        foreach (var service in laboratory._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return laboratory;
    }

    public async Task<Operation> StartAsync(TriggerRequest request) =>
        Assert
            .IsType<StartOutcome.Started>(await Desk.TriggerAsync(request, TestContext.Current.CancellationToken))
            .Operation;

    public async Task<Refusal> RefusedAsync(TriggerRequest request) =>
        Assert
            .IsType<StartOutcome.Refused>(await Desk.TriggerAsync(request, TestContext.Current.CancellationToken))
            .Refusal;

    public Task<Operation> EndOf(Operation operation) =>
        Operations.WaitAsync(operation.Id, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));

    public async Task<Operation> RunAsync(TriggerRequest request) => await EndOf(await StartAsync(request));

    public Task<IReadOnlyList<Experiment>> ExperimentsAsync() =>
        Operations.LedgerAsync<Experiment>(Experiment.Ledger, null, TestContext.Current.CancellationToken);

    /// <summary>The process ends in order; live work is handed back and goes on at the next opening.</summary>
    public async Task ShutDownAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await DisposeAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
