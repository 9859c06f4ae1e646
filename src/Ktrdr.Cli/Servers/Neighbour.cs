using System.Net;
using System.Net.Sockets;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>A server of some home, found by its port.</summary>
/// <param name="Url">Where it answers.</param>
/// <param name="Home">The home it works on.</param>
internal sealed record Neighbour(Uri Url, string Home)
{
    /// <summary>Where a server listens when nothing else is said.</summary>
    public const int DefaultPort = 8000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The server on the default port, or null where none of ours answers.</summary>
    public static async Task<Neighbour?> OnDefaultPortAsync(CancellationToken cancellationToken)
    {
        if (!Listens())
        {
            return null;
        }

        var url = new Uri($"http://127.0.0.1:{DefaultPort}");
        using var client = new KtrdrClient(url);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
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
    private static bool Listens()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, DefaultPort));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
