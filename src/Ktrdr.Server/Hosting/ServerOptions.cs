namespace Ktrdr.Server;

/// <summary>Which home to serve, and where.</summary>
public sealed record ServerOptions
{
    /// <summary>The port unless another is named.</summary>
    public const int DefaultPort = 8000;

    /// <summary>The folder everything is kept in; made if need be.</summary>
    public required string Home { get; init; }

    /// <summary>The port on this machine's loopback addresses; 0 for any free one. Default 8000.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>What this process does itself: some of the roles, with commas between, <c>all</c> or <c>none</c>; null for what
    /// the setting says.</summary>
    public string? Roles { get; init; }
}
