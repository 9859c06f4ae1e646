using System.Security.Cryptography;
using Ktrdr.Core;
using Ktrdr.Operations;

namespace Ktrdr.Archive;

/// <summary>Where something lies that homes share, relative to each of them. There are no others than these.</summary>
/// <param name="Relative">The path, with forward slashes.</param>
/// <param name="Kind">What lies there.</param>
/// <param name="Identity">The SHA-256 that what lies there must have, or null where its name does not say.</param>
internal sealed record SharedPath(string Relative, SharedKind Kind, string? Identity = null)
{
    /// <summary>The most that is shared as one: a value in PostgreSQL ends at a gigabyte, and some is needed to carry it.</summary>
    public const long MostBytes = 512L << 20;

    private const string Yaml = ".yaml";

    /// <summary>Understands a path, or answers null when nothing that is shared can lie there.</summary>
    public static SharedPath? Parse(string relative) =>
        relative.Split('/') switch
        {
            var parts when !parts.All(HomeFolder.IsPlainName) => null,
            ["strategies", var file] when IsStrategy(WithoutEnding(file)) => new(relative, SharedKind.File),
            ["strategies", var name, "assessment.json"] when IsStrategy(name) => new(relative, SharedKind.File),
            ["strategies", var name, var result]
                when IsStrategy(name) && result.StartsWith("backtest_", StringComparison.Ordinal) => new(
                relative,
                SharedKind.Folder
            ),
            ["models", var name, _] when IsStrategy(name) => new(relative, SharedKind.Folder),
            ["data", "shelf", "strategies", var file] when IsIdentity(WithoutEnding(file)) => new(
                relative,
                SharedKind.File,
                WithoutEnding(file)
            ),
            ["data", "shelf", "models" or "backtests", var identity] when IsIdentity(identity) => new(
                relative,
                SharedKind.Folder,
                identity
            ),
            ["data", var dataset] when DatasetFiles.Parts(dataset) is not null => new(relative, SharedKind.Dataset),
            _ => null,
        };

    /// <summary>Everything that lies in a home and may be shared.</summary>
    public static IEnumerable<SharedPath> In(HomeFolder home)
    {
        IEnumerable<string> strategies = [.. Within(home, "strategies")];
        IEnumerable<string> datasets =
        [
            .. Within(home, "data")
                .Where(path => path.EndsWith(".json", StringComparison.Ordinal))
                .Select(path => path[..^5]),
        ];
        return strategies
            .Concat(strategies.SelectMany(path => Within(home, path)))
            .Concat(Within(home, "models").SelectMany(path => Within(home, path)))
            .Concat(Within(home, "data/shelf").SelectMany(path => Within(home, path)))
            .Concat(datasets)
            .Select(Parse)
            .OfType<SharedPath>();
    }

    /// <summary>The files it consists of, relative to the home: one, or the two of a dataset with the record last. A folder's are
    /// its own affair.</summary>
    public IReadOnlyList<string> Files =>
        Kind switch
        {
            SharedKind.File => [Relative],
            SharedKind.Dataset => [Relative + ".csv", Relative + ".json"],
            _ => [],
        };

    /// <summary>Whether anything lies there, whole or not.</summary>
    public bool IsIn(HomeFolder home) =>
        Kind == SharedKind.Folder
            ? Path.Exists(home.Resolve(Relative))
            : Files.Any(file => Path.Exists(home.Resolve(file)));

    /// <summary>What lies there as one run of bytes, or null when it is not there, not whole, or not what its path says.</summary>
    public byte[]? Read(HomeFolder home) =>
        FilesIn(home) is not { } files ? null
        : Kind == SharedKind.File ? File.ReadAllBytes(files[0].FullName)
        : FilePack.Of(files.Select(file => KeyValuePair.Create(file.Name, File.ReadAllBytes(file.FullName))));

    /// <summary>The SHA-256 of that run of bytes, which is never in memory as a whole; or null where there is none.</summary>
    public string? HashIn(HomeFolder home)
    {
        if (FilesIn(home) is not { } files)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (Kind != SharedKind.File)
            {
                hash.AppendData(FilePack.Line(file.Name, file.Length));
            }

            using var stream = file.OpenRead();
            while (stream.Read(buffer) is > 0 and var read)
            {
                hash.AppendData(buffer.AsSpan(0, read));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether some content can be what its path says.</summary>
    public bool Fits(ReadOnlySpan<byte> body) =>
        (Identity is null || StoredFile.HashOf(body) == Identity)
        && Kind switch
        {
            SharedKind.File => true,
            SharedKind.Dataset => FilePack.Open(body) is { Count: 2 } files
                && Files.All(file => files.ContainsKey(Path.GetFileName(file))),
            _ => FilePack.Open(body) is { Count: > 0 } files && (Identity is not null || FolderShelf.IsWhole(files)),
        };

    private List<FileInfo>? FilesIn(HomeFolder home)
    {
        List<FileInfo> files =
            Kind == SharedKind.Folder
                ? FilesOf(home.Resolve(Relative))
                : [.. Files.Select(file => new FileInfo(home.Resolve(file)))];
        // Nothing is read through a link: it may lead out of the home.
        return
            files.Count == 0
            || files.Exists(file => file is { Exists: false } or { LinkTarget: not null })
            || files.Sum(file => file.Length) > MostBytes
            ? null
            : files;
    }

    private static List<FileInfo> FilesOf(string folder) =>
        new DirectoryInfo(folder) is { Exists: true, LinkTarget: null } there
            ? [.. there.EnumerateFiles().Where(file => HomeFolder.IsPlainName(file.Name))]
            : [];

    private static IEnumerable<string> Within(HomeFolder home, string relative)
    {
        var folder = Path.Combine(home.Root, relative);
        return new DirectoryInfo(folder) is { Exists: true, LinkTarget: null } there
            ? there
                .EnumerateFileSystemInfos()
                .Select(entry => entry.Name)
                .Where(HomeFolder.IsPlainName)
                .Select(name => $"{relative}/{name}")
            : [];
    }

    private static string WithoutEnding(string file) =>
        file.EndsWith(Yaml, StringComparison.Ordinal) ? file[..^Yaml.Length] : "";

    private static bool IsStrategy(string name) => StrategyName.Refuse(name, out var plain) is null && plain == name;

    private static bool IsIdentity(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>What lies at a shared path.</summary>
internal enum SharedKind
{
    /// <summary>One file.</summary>
    File,

    /// <summary>A folder with its files, which appears once and never changes.</summary>
    Folder,

    /// <summary>The bars and the record of a dataset, which belong together.</summary>
    Dataset,
}
