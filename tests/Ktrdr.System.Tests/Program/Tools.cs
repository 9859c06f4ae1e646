using System.Diagnostics;

namespace Ktrdr.System.Tests;

/// <summary>Programs of others that a test calls.</summary>
internal static class Tools
{
    /// <summary>Whether one is there to be called by its name.</summary>
    public static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs one to its end.</summary>
    public static Task<Ended> RunAsync(string program, params string[] arguments) =>
        Ended.OfAsync(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        );
}
