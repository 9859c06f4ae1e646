using System.Net.Sockets;

namespace Ktrdr.Agent;

/// <summary>The connection to the provider.</summary>
internal static class Wire
{
    /// <summary>A handler that reaches the provider or says quickly that it cannot; that follows no redirect, which would take the
    /// key along.</summary>
    public static SocketsHttpHandler Open(AgentOptions options, TimeProvider time) =>
        new()
        {
            AllowAutoRedirect = false,
            // Through https a proxy of the environment carries bytes it cannot read. Plain http stays on this machine, and a proxy
            // would be handed the key.
            UseProxy = options.BaseUrl.Scheme == Uri.UriSchemeHttps,
            UseCookies = false,
            // A request that was given up leaves nothing behind worth reading to its end.
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = async (context, cancellationToken) =>
            {
                var patience = options.Patience.Connect;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                using var enough = new CancellationTokenSource(patience, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, either.Token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
                {
                    socket.Dispose();
                    throw new IOException($"no connection within {patience.TotalSeconds:0.###} s", late);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
}
