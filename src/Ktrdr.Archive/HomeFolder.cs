using System.Diagnostics;
using System.Globalization;
using Ktrdr.Operations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ktrdr.Archive;

/// <summary>The folder that everything the program keeps lives in. No path from a request leads out of it.</summary>
/// <remarks>
/// A file or a folder appears under its name whole or not at all: it is written beside its place under a temporary name,
/// flushed, and renamed. What a crash leaves behind is a temporary name nobody reads. Where homes share a database, what is for
/// all of them is in the database before it appears here.
/// </remarks>
public sealed class HomeFolder
{
    private const int LongestName = 128;

    // Whoever listens learns of everything that appears, just before it does and just after.
    private static readonly ActivitySource Writes = new("Ktrdr.Archive.Writes");

    private static readonly HashSet<string> Reserved = new(
        [
            "CON",
            "PRN",
            "AUX",
            "NUL",
            .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
        ],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The folders that results appear in.</summary>
    internal static readonly IReadOnlyList<string> Rooms = ["strategies", "models", "data"];

    /// <summary>Takes a folder as home; it need not exist yet.</summary>
    public HomeFolder(string root)
        : this(root, files: null, NullLogger.Instance) { }

    /// <summary>Takes a folder as home that shares what appears in it.</summary>
    internal HomeFolder(string root, ISharedFiles? files, ILogger log)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        Mirror = new HomeMirror(this, files, log);
    }

    /// <summary>The full path of the home.</summary>
    public string Root { get; }

    /// <summary>What keeps it alike with the homes it shares with.</summary>
    internal HomeMirror Mirror { get; }

    /// <summary>Makes the folders that results appear in, so that a home nothing can be put into is found out at once.</summary>
    /// <exception cref="IOException">One of them cannot be made; the message names it.</exception>
    public void Prepare()
    {
        foreach (var folder in Rooms)
        {
            var path = Resolve(folder);
            try
            {
                Directory.CreateDirectory(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(path, fault);
            }
        }
    }

    /// <summary>Whether a text can be the name of one file or folder on any system: letters, digits, <c>_ - .</c>.</summary>
    /// <remarks>Not starting or ending with a dot, no device name such as <c>CON</c>, at most 128 characters.</remarks>
    public static bool IsPlainName(string? name) =>
        name is { Length: > 0 and <= LongestName }
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
        && name[0] != '.'
        && name[^1] != '.'
        && !Reserved.Contains(name.Split('.')[0]);

    /// <summary>The full path of something in the home, named by a relative path with forward slashes.</summary>
    /// <exception cref="OutsideHomeException">The path is absolute, climbs out, or has a part that is no plain name.</exception>
    public string Resolve(string relative)
    {
        if (!relative.Split('/').All(IsPlainName))
        {
            throw new OutsideHomeException(relative);
        }

        // The parts are plain, so this cannot fail; it stays because nothing after it asks again.
        var full = Path.GetFullPath(Path.Combine(Root, relative));
        var inside = Path.EndsInDirectorySeparator(Root) ? Root : Root + Path.DirectorySeparatorChar;
        return full.StartsWith(inside, StringComparison.Ordinal) ? full : throw new OutsideHomeException(relative);
    }

    /// <summary>Makes a file appear, whole, in place of an older one.</summary>
    /// <param name="relative">Where, relative to the home; folders are made as needed.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <exception cref="IOException">It cannot be written; the message names the path.</exception>
    public Task WriteWholeAsync(string relative, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        AppearAsync(
            relative,
            async stream => await stream.WriteAsync(bytes, cancellationToken),
            bytes.Length,
            cancellationToken
        );

    /// <summary>Makes a file appear, whole, in place of an older one.</summary>
    /// <param name="relative">Where, relative to the home; folders are made as needed.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <exception cref="IOException">It cannot be written; the message names the path.</exception>
    public Task WriteWholeAsync(string relative, Func<Stream, Task> write, CancellationToken cancellationToken) =>
        AppearAsync(relative, write, size: null, cancellationToken);

    /// <summary>Makes a folder with its files appear, whole. There must be none at its place yet.</summary>
    /// <param name="relative">Where, relative to the home.</param>
    /// <param name="files">Contents by file name.</param>
    /// <param name="cancellationToken">Stops before the folder appears.</param>
    /// <exception cref="IOException">It cannot be written or is there already; the message names the path.</exception>
    public Task WriteWholeFolderAsync(
        string relative,
        IReadOnlyDictionary<string, byte[]> files,
        CancellationToken cancellationToken
    ) =>
        Mirror.AppearAsync(
            relative,
            () => Task.FromResult(FilePack.LengthOf(files.Select(file => (file.Key, file.Value.LongLength)))),
            () => Task.FromResult(FilePack.Of(files)),
            () => WriteFolderHereAsync(relative, files, cancellationToken),
            cancellationToken
        );

    /// <summary>Makes a file appear in this home alone.</summary>
    internal Task WriteHereAsync(string relative, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        WriteHereAsync(
            relative,
            async stream => await stream.WriteAsync(bytes, cancellationToken),
            bytes.Length,
            cancellationToken
        );

    private Task AppearAsync(
        string relative,
        Func<Stream, Task> write,
        long? size,
        CancellationToken cancellationToken
    ) =>
        Mirror.AppearAsync(
            relative,
            async () => size ?? await LengthStream.OfAsync(write),
            () => BytesAsync(write),
            () => WriteHereAsync(relative, write, size, cancellationToken),
            cancellationToken
        );

    private async Task WriteHereAsync(
        string relative,
        Func<Stream, Task> write,
        long? size,
        CancellationToken cancellationToken
    )
    {
        var path = Resolve(relative);
        var temporary = Temporary(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await WriteAsync(temporary, write);
            cancellationToken.ThrowIfCancellationRequested();
            using var appearing = Writes.StartActivity("appear");
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, fault, size is { } bytes ? Size(bytes) : $"more than {Size(LengthOf(temporary))}");
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Makes a folder with its files appear in this home alone.</summary>
    internal async Task WriteFolderHereAsync(
        string relative,
        IReadOnlyDictionary<string, byte[]> files,
        CancellationToken cancellationToken
    )
    {
        var path = Resolve(relative);
        var temporary = Temporary(path);
        try
        {
            Directory.CreateDirectory(temporary);
            foreach (var (name, bytes) in files)
            {
                await WriteAsync(
                    Path.Combine(temporary, name),
                    async stream => await stream.WriteAsync(bytes, cancellationToken)
                );
            }

            using var appearing = Writes.StartActivity("appear");
            Directory.Move(temporary, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, fault, Size(files.Values.Sum(bytes => (long)bytes.Length)));
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    /// <summary>A new name beside a place, for what is to appear there once it is whole.</summary>
    internal static string Temporary(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");

    private static async Task<byte[]> BytesAsync(Func<Stream, Task> write)
    {
        using var bytes = new MemoryStream();
        await write(bytes);
        return bytes.ToArray();
    }

    private static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        await using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:#,0} bytes");

    private static long LengthOf(string path) =>
        new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    // The code of the system's error goes on, so that a full disk can be told from a locked door.
    private static IOException CannotWrite(string path, Exception fault, string? size = null) =>
        new(
            $"Cannot write {path}{(size is null ? "" : $" ({size})")}: {fault.Message} Check that its folder can be written to and that the disk has room.",
            fault
        )
        {
            HResult = fault.HResult,
        };
}

/// <summary>A path that would lead out of the home, or that no system could keep.</summary>
public sealed class OutsideHomeException(string path)
    : Exception(
        $"'{Shorten(path)}' is not a path within the home. Use a relative path of plain names: letters, digits, _ - and dots inside."
    )
{
    /// <summary>A path as it can be shown, whatever somebody put into it.</summary>
    internal static string Shorten(string path)
    {
        var readable = string.Concat(path.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter));
        return path.Length <= 80 ? readable : readable + "…";
    }
}
