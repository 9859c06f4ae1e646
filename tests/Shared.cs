namespace Ktrdr.Tests;

/// <summary>Real bars and golden values that lie beside the repository where tests run; a clone without them skips.</summary>
internal static class Shared
{
    /// <summary>The root of this repository.</summary>
    public static string Repository { get; } =
        Ancestors(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "Ktrdr.slnx")));

    /// <summary>The path of a file of the shared data, or a skip that says it is absent.</summary>
    public static string Data(string relative)
    {
        var root = Environment.GetEnvironmentVariable("KTRDR_SHARED") ?? Path.Combine(Repository, "..", "shared");
        var path = Path.GetFullPath(Path.Combine(root, "data", relative));
        Assert.SkipUnless(File.Exists(path), $"the shared data file {relative} is not beside this repository");
        return path;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
