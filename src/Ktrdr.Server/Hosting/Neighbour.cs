using System.Net;
using System.Net.Sockets;
using Ktrdr.Client;

namespace Ktrdr.Server;

/// <summary>A server of some home, found by its port.</summary>
/// <param name="Url">Where it answers.</param>
/// <param name="Home">The home it works on.</param>
public sealed record Neighbour(Uri Url, string Home)
{
    /// <summary>How long a server on this machine may take to answer.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The server on the default port, or null where none of ours answers.</summary>
    public static Task<Neighbour?> OnDefaultPortAsync(CancellationToken cancellationToken) =>
        Listens(ServerOptions.DefaultPort)
            ? AtAsync(ServerOptions.DefaultPort, cancellationToken)
            : Task.FromResult<Neighbour?>(null);

    /// <summary>The server on a port of this machine, or null where none of ours answers within a second.</summary>
    internal static Task<Neighbour?> AtAsync(int port, CancellationToken cancellationToken) =>
        AtAsync(On(port), Patience, cancellationToken);

    /// <summary>The server at an address, or null where none of ours answers in time.</summary>
    internal static async Task<Neighbour?> AtAsync(Uri url, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var client = new KtrdrClient(url);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
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

    /// <summary>The address of a port of this machine.</summary>
    internal static Uri On(int port) => new($"http://127.0.0.1:{port}");

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
