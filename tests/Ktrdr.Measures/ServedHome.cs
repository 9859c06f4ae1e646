using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Measures;

/// <summary>The real server on a free port over a home, and the loopback server is its Claude.</summary>
internal sealed class ServedHome : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedHome(WebApplication app, Uri url) => (_app, Client) = (app, new KtrdrClient(url));

    /// <summary>Its API.</summary>
    public KtrdrClient Client { get; }

    /// <summary>Serves a home; no day's limit ends a measurement unless the settings say so.</summary>
    public static async Task<ServedHome> StartAsync(
        LoopbackServer claude,
        string home,
        params (string Key, string Value)[] settings
    )
    {
        (string Key, string Value)[] all =
        [
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", claude.Key),
            ("ANTHROPIC_BASE_URL", claude.Url),
            ("AGENT_DAILY_BUDGET", "unlimited"),
            .. settings,
        ];
        var app = ServerHost.Build(
            new ServerOptions { Home = home, Port = 0 },
            builder =>
                builder.Configuration.AddInMemoryCollection(
                    all.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))
                )
        );
        return new ServedHome(app, await ServerHost.StartAsync(app, CancellationToken.None));
    }

    /// <summary>Runs a cycle to its end.</summary>
    public async Task<OperationView> CycleAsync(TriggerRequest request)
    {
        var started = await Client.TriggerAsync(request, CancellationToken.None);
        return await Client.WaitAsync(started.OperationId, CancellationToken.None);
    }

    /// <summary>Runs a cycle, which must complete: a measurement of anything else would measure nothing.</summary>
    public async Task<OperationView> CompletedAsync(TriggerRequest request) =>
        await CycleAsync(request) is { Status: "completed" } cycle
            ? cycle
            : throw new InvalidOperationException($"The cycle of seed {request.Seed} did not complete.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
