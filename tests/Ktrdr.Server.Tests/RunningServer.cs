using System.Text;
using System.Text.Json;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server.Tests;

/// <summary>A real server on a free port of this machine, over a home of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>A delay that no test lives to see the end of.</summary>
    public const string ForEver = "3600";

    private readonly WebApplication _app;

    private RunningServer(WebApplication app, string home, Uri url)
    {
        (_app, Home, Url) = (app, home, url);
        Http = new HttpClient { BaseAddress = url };
        Client = new KtrdrClient(url);
    }

    public IServiceProvider Services => _app.Services;

    public string Home { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public KtrdrClient Client { get; }

    public static string NewHome() => Directory.CreateTempSubdirectory("ktrdr-server-").FullName;

    public static async Task<RunningServer> StartAsync(string delay = "0")
    {
        var home = NewHome();
        var app = Build(home, 0, delay);
        return new RunningServer(app, home, await ServerHost.StartAsync(app, TestContext.Current.CancellationToken));
    }

    /// <summary>A server with these settings, whatever the environment of the tests says.</summary>
    public static async Task<RunningServer> StartWithAsync(params (string Key, string Value)[] settings)
    {
        var home = NewHome();
        var app = Build(home, 0, settings);
        return new RunningServer(app, home, await ServerHost.StartAsync(app, TestContext.Current.CancellationToken));
    }

    /// <summary>A server whose Claude is the loopback server.</summary>
    public static Task<RunningServer> StartWithAsync(
        LoopbackServer claude,
        params (string Key, string Value)[] settings
    ) =>
        StartWithAsync([
            ("AGENT_PROVIDER", "anthropic"),
            ("ANTHROPIC_API_KEY", claude.Key),
            ("ANTHROPIC_BASE_URL", claude.Url),
            .. settings,
        ]);

    public static WebApplication Build(string home, int port, string delay = "0") =>
        Build(home, port, ("AGENT_PROVIDER", "scripted"), ("STUB_WORKER_DELAY", delay));

    private static WebApplication Build(string home, int port, params (string Key, string Value)[] settings) =>
        ServerHost.Build(
            new ServerOptions { Home = home, Port = port },
            builder =>
                builder.Configuration.AddInMemoryCollection(
                    settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))
                )
        );

    public async Task<(int Status, JsonElement Body)> SendAsync(
        HttpMethod method,
        string path,
        string? json = null,
        string mediaType = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, mediaType);
        }

        return await SendAsync(request);
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(body));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(Home, recursive: true);
    }
}
