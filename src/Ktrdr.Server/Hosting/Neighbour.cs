using System.Net;
using System.Net.Sockets;
using Ktrdr.Client;

namespace Ktrdr.Server;

/// <summary>A server of some home, found by its port.</summary>
/// <param name="Url">Where it answers.</param>
/// <param name="Home">The home it works on.</param>
public sealed record Neighbour(Uri Url, string Home)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The server on the default port, or null where none of ours answers.</summary>
    public static Task<Neighbour?> OnDefaultPortAsync(CancellationToken cancellationToken) =>
        Listens(ServerOptions.DefaultPort)
            ? AtAsync(ServerOptions.DefaultPort, cancellationToken)
            : Task.FromResult<Neighbour?>(null);

    /// <summary>The server on a port of this machine, or null where none of ours answers within a second.</summary>
    internal static Task<Neighbour?> AtAsync(int port, CancellationToken cancellationToken) =>
        AtAsync(new Uri($"http://127.0.0.1:{port}"), cancellationToken);

    /// <summary>The server at an address, or null where none of ours answers within a second.</summary>
    internal static async Task<Neighbour?> AtAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new KtrdrClient(url);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            return new Neighbour(url, (await client.LiveAsync(patience.Token)).Home);
        }
        catch (Exception stranger) when (stranger is KtrdrApiException or KtrdrUnreachableException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // Where the port can be had, nobody listens. Asked so, it takes none of what a connection must set up first, and a free
    // port, the usual case, throws no exception. The port is let go of at once and was never listened on.
    internal static bool Listens(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
