using System.Globalization;
using System.Text;

namespace Ktrdr.Archive;

/// <summary>Several files as one run of bytes: of each, in the order of their names, a line with name and length, then its
/// content.</summary>
/// <remarks>Equal files make equal packs, so the SHA-256 of a pack says what is in all of them.</remarks>
internal static class FilePack
{
    private const int LongestLine = 160;

    /// <summary>Packs files.</summary>
    public static byte[] Of(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var pack = new MemoryStream();
        foreach (var (name, bytes) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            pack.Write(Line(name, bytes.Length));
            pack.Write(bytes);
        }

        return pack.ToArray();
    }

    /// <summary>The length of a pack that nobody has made yet.</summary>
    public static long LengthOf(IEnumerable<(string Name, long Length)> files) =>
        files.Sum(file => Line(file.Name, file.Length).Length + file.Length);

    /// <summary>What stands before the content of a file.</summary>
    public static byte[] Line(string name, long length) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {length}\n"));

    /// <summary>The files of a pack by name, or null when it is no pack of plainly named files.</summary>
    public static Dictionary<string, byte[]>? Open(ReadOnlySpan<byte> pack)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (!pack.IsEmpty)
        {
            var end = pack[..Math.Min(pack.Length, LongestLine)].IndexOf((byte)'\n');
            if (
                end < 0
                || Encoding.UTF8.GetString(pack[..end]).Split(' ') is not [var name, var digits]
                || !HomeFolder.IsPlainName(name)
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > pack.Length - end - 1
                || !files.TryAdd(name, pack.Slice(end + 1, length).ToArray())
            )
            {
                return null;
            }

            pack = pack[(end + 1 + length)..];
        }

        return files;
    }
}
