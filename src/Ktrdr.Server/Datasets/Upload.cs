using Ktrdr.Archive;

namespace Ktrdr.Server;

/// <summary>A file on its way in, kept in the home until it has been read.</summary>
internal sealed class Upload : IDisposable
{
    private readonly string _folder;

    private Upload(string folder, string path) => (_folder, Path) = (folder, path);

    /// <summary>Where it lies meanwhile.</summary>
    public string Path { get; }

    /// <summary>Receives a body as a file of the given name.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="name">What the sender calls it. Folders in front of it may tell its origin, so plain ones are kept.</param>
    /// <param name="home">Where it may lie.</param>
    /// <param name="cancellationToken">Stops, and leaves nothing behind.</param>
    public static async Task<Upload> ReceiveAsync(
        Stream body,
        string? name,
        HomeFolder home,
        CancellationToken cancellationToken
    )
    {
        var folder = System.IO.Path.Combine(home.Root, $".incoming-{Guid.NewGuid():n}");
        var upload = new Upload(folder, System.IO.Path.Combine([folder, .. PlainParts(name)]));
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(upload.Path)!);
            await using var file = File.Create(upload.Path);
            await body.CopyToAsync(file, cancellationToken);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The end of a path as far as every part is a plain name: no part of it can lead anywhere else.</summary>
    private static string[] PlainParts(string? name)
    {
        string[] parts = [.. (name ?? "").Split('/', '\\').Reverse().TakeWhile(HomeFolder.IsPlainName).Reverse()];
        return parts.Length == 0 ? ["bars"] : parts[^Math.Min(parts.Length, 8)..];
    }
}
