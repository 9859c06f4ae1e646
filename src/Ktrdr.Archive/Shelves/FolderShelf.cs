using System.Text;
using Ktrdr.Operations;

namespace Ktrdr.Archive;

/// <summary>Folders kept by what is in them, and copied whole to where people look.</summary>
/// <remarks>An identity is the SHA-256 of a <see cref="FilePack"/> of the files. A public
/// copy carries it in a file called <c>identity</c>; one whose other files no longer amount to it was torn or edited.</remarks>
/// <param name="home">Where everything lives.</param>
/// <param name="shelf">The folder of the shelf, relative to the home.</param>
/// <param name="names">The names of the files, all of them.</param>
/// <param name="what">What a folder is, for messages.</param>
internal sealed class FolderShelf(HomeFolder home, string shelf, IReadOnlyList<string> names, string what)
{
    private const string IdentityFile = "identity";

    /// <summary>Keeps some files and returns their identity. What is there and intact is not written again.</summary>
    public async Task<string> KeepAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var identity = Identity(files);
        var path = PathOf(identity);
        var folder = home.Resolve(path);
        if (Directory.Exists(folder))
        {
            if (await IsIntactAsync(path, identity, cancellationToken))
            {
                return identity;
            }

            Directory.Delete(folder, recursive: true);
        }

        try
        {
            await home.WriteWholeFolderAsync(path, files, cancellationToken);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Somebody else kept the same first. What counts is that it is there, whole.
            await ReadAsync(path, identity, cancellationToken);
        }

        return identity;
    }

    /// <summary>The files of an identity.</summary>
    /// <exception cref="ArchiveDamagedException">They are not there, or not what was kept.</exception>
    public Task<IReadOnlyDictionary<string, byte[]>> OpenAsync(string identity, CancellationToken cancellationToken) =>
        ReadAsync(PathOf(identity), identity, cancellationToken);

    /// <summary>Where the files of an identity lie, relative to the home.</summary>
    public string PathOf(string identity) =>
        identity.Length == 64 && identity.All(char.IsAsciiHexDigitLower)
            ? $"{shelf}/{identity}"
            : throw new ArchiveDamagedException(shelf, $"what was asked for is not the identity of a {what}");

    /// <summary>The identity of a public copy, kept on the shelf again should it be gone there; null when there is none.</summary>
    public async Task<string?> IdentityAtAsync(string path, CancellationToken cancellationToken)
    {
        var folder = home.Resolve(path);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var file = Path.Combine(folder, IdentityFile);
        var identity = File.Exists(file)
            ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
            : throw new ArchiveDamagedException(path, $"its file {IdentityFile} is missing");
        return await KeepAsync(await ReadAsync(path, identity, cancellationToken), cancellationToken);
    }

    /// <summary>Makes a public copy appear, whole. The same copy at the same place is left as it is.</summary>
    /// <exception cref="IOException">Another one is there.</exception>
    public async Task PublishAsync(string identity, string path, CancellationToken cancellationToken)
    {
        var files = await OpenAsync(identity, cancellationToken);
        if (await IdentityAtAsync(path, cancellationToken) is { } there)
        {
            if (there != identity)
            {
                throw new IOException($"{path} holds another {what} ({there}); what was published never changes.");
            }

            return;
        }

        var all = new Dictionary<string, byte[]>(files, StringComparer.Ordinal)
        {
            [IdentityFile] = Encoding.ASCII.GetBytes($"{identity}\n"),
        };
        await home.WriteWholeFolderAsync(path, all, cancellationToken);
    }

    /// <summary>Whether the files of a public copy are those that its identity speaks of.</summary>
    public static bool IsWhole(IReadOnlyDictionary<string, byte[]> files) =>
        files.TryGetValue(IdentityFile, out var identity)
        && Identity(files.Where(file => file.Key != IdentityFile)) == Encoding.ASCII.GetString(identity).Trim();

    private async Task<bool> IsIntactAsync(string path, string identity, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(path, identity, cancellationToken);
            return true;
        }
        catch (ArchiveDamagedException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(
        string path,
        string identity,
        CancellationToken cancellationToken
    )
    {
        var folder = home.Resolve(path);
        if (!Directory.Exists(folder))
        {
            throw new ArchiveDamagedException(path, $"there is no {what} of this identity");
        }

        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var file = Path.Combine(folder, name);
            files[name] = File.Exists(file)
                ? await File.ReadAllBytesAsync(file, cancellationToken)
                : throw new ArchiveDamagedException(path, $"its file {name} is missing");
        }

        return Identity(files) == identity
            ? files
            : throw new ArchiveDamagedException(path, "its files are not those that were kept");
    }

    private static string Identity(IEnumerable<KeyValuePair<string, byte[]>> files) =>
        StoredFile.HashOf(FilePack.Of(files));
}
