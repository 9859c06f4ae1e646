using System.Net;
using System.Net.Sockets;
using Ktrdr.Client;
using Microsoft.AspNetCore.Builder;

namespace Ktrdr.Server;

/// <summary>A server that lives in this process, and goes with it.</summary>
public sealed class HostedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HostedServer(WebApplication app, Uri url)
    {
        _app = app;
        Url = url;
        Client = new HostedHome(app.Services);
    }

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    /// <summary>The same answers for whoever hosts it, without the network in between.</summary>
    public IKtrdrClient Client { get; }

    /// <summary>Takes hold of a home, goes on with the work that is recorded in it, and answers.</summary>
    /// <param name="home">The folder; made if need be.</param>
    /// <param name="port">The port on this machine; 0 for any free one.</param>
    /// <param name="anotherIfTaken">Whether a free port will do when that one is taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HomeHeldException">Another process holds the home.</exception>
    /// <exception cref="PortTakenException">The port is taken and no other will do.</exception>
    /// <exception cref="KtrdrApiException">A setting makes no sense; the message names it.</exception>
    public static async Task<HostedServer> StartAsync(
        string home,
        int port,
        bool anotherIfTaken,
        CancellationToken cancellationToken
    )
    {
        // Asked beforehand: work that was resumed only to be stopped again by a taken port would have started for nothing.
        var options = new ServerOptions { Home = home, Port = anotherIfTaken && !IsFree(port) ? 0 : port };
        try
        {
            return await StartAsync(options, cancellationToken);
        }
        catch (PortTakenException) when (anotherIfTaken && options.Port != 0)
        {
            // Somebody took it in between, or has it on the other loopback address.
            return await StartAsync(options with { Port = 0 }, cancellationToken);
        }
    }

    private static async Task<HostedServer> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        var app = Settings.Explained(() => ServerHost.Build(options));
        try
        {
            return new HostedServer(app, await ServerHost.StartAsync(app, cancellationToken));
        }
        catch
        {
            await EndAsync(app);
            throw;
        }
    }

    /// <summary>Waits until the process is told to stop or the token is cancelled, and stops.</summary>
    public Task UntilStoppedAsync(CancellationToken cancellationToken) =>
        ServerHost.WaitForShutdownAsync(_app, cancellationToken);

    /// <summary>Stops: work that has not ended hands itself back and stays recorded.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(_app);

    private static async Task EndAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (Exception ended) when (ended is ObjectDisposedException or OperationCanceledException)
        {
            // Stopped and let go of already, or somebody had begun a request and never went on.
        }

        await app.DisposeAsync();
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
