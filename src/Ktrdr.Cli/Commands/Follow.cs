using System.CommandLine;

namespace Ktrdr.Cli;

/// <summary>The option to stay, shared by every command that starts work.</summary>
internal static class Follow
{
    /// <summary>A new <c>--follow</c>.</summary>
    public static Option<bool> Option() =>
        new("--follow", "-f") { Description = "Stay until it has ended, show how it goes, and exit with its outcome." };
}
