using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ktrdr.Measures;

/// <summary>The programs that a measurement starts: itself, and ktrdr.</summary>
internal static class Runtime
{
    // The runtime lies three folders below the program that starts it, wherever it was installed.
    public static string Dotnet { get; } =
        Path.GetFullPath(
            Path.Combine(
                RuntimeEnvironment.GetRuntimeDirectory(),
                "..",
                "..",
                "..",
                OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"
            )
        );

    /// <summary>The command line of ktrdr.</summary>
    public static ProcessStartInfo Ktrdr(params string[] arguments) =>
        Command(Path.Combine(AppContext.BaseDirectory, "ktrdr.dll"), arguments);

    /// <summary>The command line of this program.</summary>
    public static ProcessStartInfo This(params string[] arguments) =>
        Command(typeof(Runtime).Assembly.Location, arguments);

    private static ProcessStartInfo Command(string program, string[] arguments) =>
        new(Dotnet, [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
