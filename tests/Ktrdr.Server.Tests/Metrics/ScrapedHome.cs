using Ktrdr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server.Tests;

/// <summary>A home that one scripted server after the other works on.</summary>
internal sealed class ScrapedHome : IDisposable
{
    private readonly string _folder = RunningServer.NewHome();

    /// <summary>Serves the home until what it returns is disposed of.</summary>
    public async Task<Serving> ServeAsync(params (string Key, string Value)[] settings)
    {
        // What is said first counts.
        (string Key, string Value)[] all = [.. settings, ("AGENT_PROVIDER", "scripted"), ("STUB_WORKER_DELAY", "0")];
        var app = ServerHost.Build(
            new ServerOptions { Home = _folder, Port = 0 },
            builder =>
                builder.Configuration.AddInMemoryCollection(
                    all.DistinctBy(setting => setting.Key)
                        .Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))
                )
        );
        return new Serving(app, await ServerHost.StartAsync(app, TestContext.Current.CancellationToken));
    }

    /// <summary>Serves the home while one cycle runs to its end.</summary>
    public async Task<OperationView> CycleAsync(params (string Key, string Value)[] settings)
    {
        await using var serving = await ServeAsync(settings);
        return await serving.CycleAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A server of the home.</summary>
    internal sealed class Serving(WebApplication app, Uri url) : IAsyncDisposable
    {
        private static CancellationToken Token => TestContext.Current.CancellationToken;

        public HttpClient Http { get; } = new() { BaseAddress = url };

        public KtrdrClient Client { get; } = new(url);

        public Task<Scrape> ScrapeAsync() => Scrape.OfAsync(Http);

        public async Task<OperationView> CycleAsync() =>
            await Client.WaitAsync(
                (await Client.TriggerAsync(new TriggerRequest { Seed = 1 }, Token)).OperationId,
                Token
            );

        /// <summary>Starts a cycle and cancels it once its first child is at work.</summary>
        public async Task<OperationView> CancelledCycleAsync()
        {
            var cycle = (await Client.TriggerAsync(new TriggerRequest { Seed = 1 }, Token)).OperationId;
            await EventAsync(cycle, "child");
            await EventAsync((await Client.ChildrenAsync(cycle, Token))[0].OperationId, "claimed");
            await Client.CancelCycleAsync(cycle, Token);
            return await Client.WaitAsync(cycle, Token);
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            Client.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }

        private async Task EventAsync(string id, string kind)
        {
            await foreach (var line in Client.WatchAsync(id, 0, Token))
            {
                if (line.Kind == kind)
                {
                    return;
                }
            }

            Assert.Fail($"{id} ended without an event '{kind}'.");
        }
    }
}
