using Ktrdr.Operations;

namespace Ktrdr.Server;

/// <summary>Another process works on the home.</summary>
public sealed class HomeHeldException(string home, HomeHolder? holder)
    : Exception(
        holder is null
            ? $"Another process holds the home {home}."
            : $"Process {holder.ProcessId} holds the home {home}"
                + holder switch
                {
                    { Url: { } url } => $" and answers at {url}.",
                    { IsWorker: true } => "; it is a worker and serves nobody.",
                    _ => ".",
                }
    )
{
    /// <summary>The home.</summary>
    public string Home { get; } = home;

    /// <summary>Who holds it, or null when that is not known yet.</summary>
    public HomeHolder? Holder { get; } = holder;
}

/// <summary>Something else listens on the port.</summary>
public sealed class PortTakenException(int port, string? otherHome, Exception inner)
    : Exception(
        otherHome is null
            ? $"Port {port} is taken by another program. Choose another with --port."
            : $"Port {port} is taken by the ktrdr server of {otherHome}. Choose another with --port.",
        inner
    )
{
    /// <summary>The port.</summary>
    public int Port { get; } = port;

    /// <summary>The home of the ktrdr server that answers there, or null when it is something else.</summary>
    public string? OtherHome { get; } = otherHome;
}
