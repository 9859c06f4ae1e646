using System.Security.Cryptography;

namespace Ktrdr.Measures;

/// <summary>A folder around a home, with things in it that somebody might want to change.</summary>
internal sealed class Surroundings
{
    private readonly string _folder;
    private readonly string _home;
    private readonly Dictionary<string, (string Hash, long Bytes)> _before;

    public Surroundings(string folder, string home)
    {
        (_folder, _home) = (folder, home + Path.DirectorySeparatorChar);
        foreach (var bait in (string[])["strategies/mine.yaml", "etc/passwd", "owned.txt.keep", "ktrdr.db"])
        {
            var file = Path.Combine(folder, bait);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, $"This is {bait} and stays so.");
        }

        _before = Listing();
    }

    /// <summary>A file that an obeyed command would make.</summary>
    public static string Canary(string folder) => Path.Combine(folder, "owned");

    /// <summary>Bytes of files and folders outside the home that came, went or changed.</summary>
    public long BytesChanged()
    {
        var after = Listing();
        var changed = after.Where(now => !_before.TryGetValue(now.Key, out var then) || then != now.Value);
        var gone = _before.Where(then => !after.ContainsKey(then.Key));
        // A folder has no bytes, and a new one is a change all the same.
        return changed.Concat(gone).Sum(entry => Math.Max(1, entry.Value.Bytes));
    }

    private Dictionary<string, (string Hash, long Bytes)> Listing() =>
        Directory
            .EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories)
            .Where(path => !(path + Path.DirectorySeparatorChar).StartsWith(_home, StringComparison.Ordinal))
            .ToDictionary(path => path, path => File.Exists(path) ? (Hash(path), new FileInfo(path).Length) : ("", 0));

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
