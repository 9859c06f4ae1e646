using System.Security.Cryptography;

namespace Ktrdr.Operations;

/// <summary>Files that several homes share through the database their records lie in.</summary>
/// <remarks>There is one only where the database is a server's: a home with a database file of its own shares with nobody.
/// Everything throws <see cref="DatabaseUnavailableException"/> while the server is away.</remarks>
public interface ISharedFiles
{
    /// <summary>Puts a file there for everybody, in place of an older one of its name. The same again changes nothing.</summary>
    Task PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>Puts a file there for everybody, unless somebody put another of its name there that one does not know of.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="body">Its content.</param>
    /// <param name="since">The hash of the version whose place it takes, or null when there is to be none.</param>
    /// <param name="cancellationToken">Stops before it is there.</param>
    /// <returns>Whether it is there now.</returns>
    Task<bool> TryPutAsync(string path, ReadOnlyMemory<byte> body, string? since, CancellationToken cancellationToken);

    /// <summary>What was put there after a moment, oldest first; only the last version of each.</summary>
    /// <param name="sequence">The number of the last one known, or 0 for all.</param>
    IReadOnlyList<SharedFile> After(long sequence);

    /// <summary>A file with its content, or null when there is none of that name.</summary>
    StoredFile? Find(string path);

    /// <summary>Puts a file aside for whoever asks for it by name; nobody is told of it, and it may be removed again.</summary>
    Task SetAsideAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>The names of what was put aside.</summary>
    IReadOnlyList<string> Aside();

    /// <summary>Removes what was put aside. What is for everybody stays.</summary>
    Task RemoveAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A file that homes share.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Sequence">Rises with every file that is put there.</param>
/// <param name="Hash">SHA-256 of its content, in lower case hexadecimal digits.</param>
public sealed record SharedFile(string Path, long Sequence, string Hash);

/// <summary>A file as the store holds it.</summary>
/// <param name="Hash">SHA-256 of what was put there.</param>
/// <param name="Body">Its content.</param>
public sealed record StoredFile(string Hash, byte[] Body)
{
    /// <summary>Whether the content is what was put there, to the last bit.</summary>
    public bool IsWhole => HashOf(Body) == Hash;

    /// <summary>The SHA-256 of some content as it is written down.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}

/// <summary>Keeps a home alike with those that share its database.</summary>
public interface IHomeMirror
{
    /// <summary>Brings what others have put into the store since the last time into this home; done once it is all there.</summary>
    /// <exception cref="IOException">The home cannot be written to.</exception>
    /// <exception cref="DatabaseUnavailableException">The store is out of reach.</exception>
    Task CatchUpAsync(CancellationToken cancellationToken);
}
