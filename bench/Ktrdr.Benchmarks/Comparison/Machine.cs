using System.Text.RegularExpressions;

namespace Ktrdr.Benchmarks;

/// <summary>What the figures were measured on, and where things lie there.</summary>
internal static class Machine
{
    /// <summary>The processor's model name; a machine is not named otherwise.</summary>
    public static string Processor { get; } =
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
                .Select(line => line[(line.IndexOf(':') + 1)..].Trim())
                .FirstOrDefault("unknown processor")
            : "unknown processor";

    /// <summary>The processor's name as a file's.</summary>
    public static string FileName =>
        Regex
            .Replace(Processor.Replace("(R)", "", StringComparison.Ordinal), "[^A-Za-z0-9.]+", "-")
            .Trim('-')
            .ToLowerInvariant();

    /// <summary>How busy the machine is: processes that want to run, over the last minute.</summary>
    public static string Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    /// <summary>The root of this repository.</summary>
    public static string Repository { get; } =
        Ancestors(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "Ktrdr.slnx")));

    /// <summary>A file of the shared folder, or null where that is not beside the repository.</summary>
    public static string? Shared(string relative)
    {
        var root = Environment.GetEnvironmentVariable("KTRDR_SHARED") ?? Path.Combine(Repository, "..", "shared");
        var path = Path.GetFullPath(Path.Combine(root, relative));
        return File.Exists(path) ? path : null;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
