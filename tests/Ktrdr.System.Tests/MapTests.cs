using System.Xml.Linq;

namespace Ktrdr.System.Tests;

/// <summary>The house holds its shape: projects know only what the map lets them know.</summary>
public sealed class MapTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Ktrdr.Core"] = [],
        ["Ktrdr.Operations"] = [],
        ["Ktrdr.Client"] = [],
        ["Ktrdr.Research"] = ["Ktrdr.Core", "Ktrdr.Operations"],
        ["Ktrdr.Agent"] = ["Ktrdr.Core", "Ktrdr.Operations", "Ktrdr.Research"],
        ["Ktrdr.Archive"] = ["Ktrdr.Core", "Ktrdr.Operations", "Ktrdr.Research"],
        ["Ktrdr.Server"] =
        [
            "Ktrdr.Agent",
            "Ktrdr.Archive",
            "Ktrdr.Client",
            "Ktrdr.Core",
            "Ktrdr.Operations",
            "Ktrdr.Research",
        ],
        ["Ktrdr.Cli"] = ["Ktrdr.Client", "Ktrdr.Server"],
    };

    private static string Source => Path.Combine(Shared.Repository, "src");

    [Fact]
    public void Arrows_point_only_where_the_map_says()
    {
        var drawn = Projects()
            .ToDictionary(
                path => Path.GetFileNameWithoutExtension(path),
                path =>
                    XDocument
                        .Load(path)
                        .Descendants("ProjectReference")
                        .Select(reference =>
                            Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
                        )
                        .Order(StringComparer.Ordinal)
                        .ToArray()
            );

        Assert.Equivalent(Allowed, drawn, strict: true);
    }

    [Fact]
    public void Core_brings_no_package_but_tensors()
    {
        var shipped = XDocument
            .Load(Path.Combine(Source, "Ktrdr.Core", "Ktrdr.Core.csproj"))
            .Descendants("PackageReference")
            .Where(package => package.Attribute("PrivateAssets")?.Value != "all")
            .Select(package => package.Attribute("Include")!.Value);

        Assert.Equal(["System.Numerics.Tensors"], shipped);
    }

    [Fact]
    public void Every_file_is_in_its_projects_one_namespace()
    {
        var strays =
            from project in Projects()
            let name = Path.GetFileNameWithoutExtension(project)
            from file in Directory.EnumerateFiles(Path.GetDirectoryName(project)!, "*.cs", SearchOption.AllDirectories)
            where !InBuildFolder(file)
            let declared = File.ReadLines(file)
                .FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null && declared != $"namespace {name};"
            select Path.GetRelativePath(Source, file);

        Assert.Empty(strays);
    }

    [Fact]
    public void No_room_is_without_a_purpose()
    {
        string[] purposeless = ["Common", "Helpers", "Utils", "Managers", "Services", "Interfaces", "Models", "Misc"];
        var rooms = Directory
            .EnumerateDirectories(Source, "*", SearchOption.AllDirectories)
            .Where(folder => !InBuildFolder(folder) && purposeless.Contains(Path.GetFileName(folder)));

        Assert.Empty(rooms);
    }

    private static IEnumerable<string> Projects() =>
        Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories);

    private static bool InBuildFolder(string path) =>
        path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin");
}
