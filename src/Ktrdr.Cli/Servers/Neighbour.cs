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

    // On this machine a port answers or refuses at once. Asked without waiting, it takes none of what asynchronous sockets
    // and HTTP must set up first.
    private static bool Listens()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            Blocking = false,
        };
        try
        {
            probe.Connect(IPAddress.Loopback, DefaultPort);
            return true;
        }
        catch (SocketException answer)
        {
            return answer.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress
                && probe.Poll(Patience, SelectMode.SelectWrite)
                && probe.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is 0;
        }
    }
}
