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
        var path = Path.GetFullPath(Path.Combine(Root, "data", relative));
        Assert.SkipUnless(File.Exists(path), $"the shared data file {relative} is not beside this repository");
        return path;
    }

    /// <summary>The path of the seed document with this number, or a skip that says it is absent.</summary>
    public static string Seed(string number)
    {
        var seeds = Path.GetFullPath(Path.Combine(Root, "seeds"));
        var path = Directory.Exists(seeds) ? Directory.GetFiles(seeds, $"{number}_*.txt").FirstOrDefault() : null;
        Assert.SkipWhen(path is null, $"the seed document {number} is not beside this repository");
        return path;
    }

    private static string Root =>
        Environment.GetEnvironmentVariable("KTRDR_SHARED") ?? Path.Combine(Repository, "..", "shared");

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
