using System.Security.Cryptography;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Keeps strategies in the home: <c>data/shelf/strategies</c> by identity, <c>strategies</c> by name.</summary>
/// <param name="home">The folder everything lives in.</param>
public sealed class StrategyShelf(HomeFolder home) : IStrategyShelf
{
    private const string Folder = "strategies";
    private const string Ending = ".yaml";

    /// <inheritdoc/>
    public async Task<string> PutAsync(StrategyDocument strategy, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetBytes(StrategyYamlText.Write(strategy));
        if (StrategyYaml.Check(text) is { Valid: false, Errors: var errors })
        {
            throw new StrategyRefusedException(Shorten(strategy.Name), errors);
        }

        var identity = Convert.ToHexStringLower(SHA256.HashData(text));
        var kept = Kept(identity);
        if (!File.Exists(home.Resolve(kept)))
        {
            await home.WriteWholeAsync(kept, text, cancellationToken);
        }

        return identity;
    }

    /// <inheritdoc/>
    public async Task<StrategyDocument> GetAsync(string identity, CancellationToken cancellationToken)
    {
        var text = await KeptTextAsync(identity, cancellationToken);
        var reading = StrategyYaml.Check(text);
        return reading.Document ?? throw new StrategyRefusedException(identity, reading.Errors);
    }

    /// <inheritdoc/>
    public async Task<StrategyDocument> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var reading = await CheckAsync(name, cancellationToken);
        return reading.Document ?? throw new StrategyRefusedException(Shorten(name), reading.Errors);
    }

    /// <summary>Reads and checks <c>strategies/{name}.yaml</c>, with warnings and suggestions, valid or not.</summary>
    /// <exception cref="StrategyRefusedException">There is no file of that name.</exception>
    public async Task<StrategyReading> CheckAsync(string name, CancellationToken cancellationToken)
    {
        var relative = PathOf(name);
        var path = home.Resolve(relative);
        if (!File.Exists(path))
        {
            throw new StrategyRefusedException(name, [$"there is no file {relative}{Nearest(name)}"]);
        }

        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new StrategyRefusedException(
                name,
                [$"{relative} is a link, and nothing is read through one; copy the file instead"]
            );
        }

        var reading = StrategyYaml.Check(await TextAsync(name, path, cancellationToken));
        var expected = Path.GetFileNameWithoutExtension(relative);
        return reading.Document is null || reading.Document.Name == expected
            ? reading
            : reading with
            {
                Document = null,
                Errors = [$"name: '{reading.Document.Name}' stands in the file {relative}; make them the same"],
            };
    }

    /// <inheritdoc/>
    public StrategyReading Read(string text) => StrategyYaml.Check(System.Text.Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public bool Exists(string name) =>
        StrategyName.Refuse(name, out var plain) is null && File.Exists(home.Resolve($"{Folder}/{plain}{Ending}"));

    /// <inheritdoc/>
    public IReadOnlyList<string> Names()
    {
        var folder = home.Resolve(Folder);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*" + Ending)
                    .Select(path => Path.GetFileNameWithoutExtension(path))
                    .Where(name => StrategyName.Refuse(name, out _) is null)
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    /// <inheritdoc/>
    /// <exception cref="StrategyRefusedException">The name cannot be a file's.</exception>
    public string PathOf(string name) =>
        StrategyName.Refuse(name, out var plain) is { } reason
            ? throw new StrategyRefusedException(Shorten(name), [$"name: {reason}"])
            : $"{Folder}/{plain}{Ending}";

    /// <inheritdoc/>
    public async Task PublishAsync(string identity, string name, CancellationToken cancellationToken)
    {
        var relative = PathOf(name);
        var text = await KeptTextAsync(identity, cancellationToken);
        var plain = Path.GetFileNameWithoutExtension(relative);
        if (StrategyYaml.Check(text).Document is { Name: var own } && own != plain)
        {
            throw new StrategyRefusedException(
                plain,
                [$"name: '{own}' would stand in the file {relative}; make them the same"]
            );
        }

        await home.WriteWholeAsync(relative, text, cancellationToken);
    }

    /// <summary>The text of an identity as it is kept, byte by byte.</summary>
    /// <exception cref="StrategyRefusedException">It is not there, or not what was kept.</exception>
    public async Task<byte[]> KeptTextAsync(string identity, CancellationToken cancellationToken)
    {
        if (identity is not { Length: 64 } || !identity.All(char.IsAsciiHexDigitLower))
        {
            throw new StrategyRefusedException(
                Shorten(identity),
                ["an identity is 64 hexadecimal digits in lower case"]
            );
        }

        var path = home.Resolve(Kept(identity));
        if (!File.Exists(path))
        {
            throw new StrategyRefusedException(identity, [$"{Kept(identity)} is not in this home; design it again"]);
        }

        var text = await TextAsync(identity, path, cancellationToken);
        return Convert.ToHexStringLower(SHA256.HashData(text)) == identity
            ? text
            : throw new StrategyRefusedException(
                identity,
                [$"{Kept(identity)} was changed after it was kept; design it again"]
            );
    }

    // A byte more than allowed is enough to see that a file is too large, however large it is.
    private static async Task<byte[]> TextAsync(string name, string path, CancellationToken cancellationToken)
    {
        try
        {
            // A pipe or a device has no length either, and opening one may never return.
            if (new FileInfo(path).Length == 0)
            {
                return [];
            }

            await using var stream = File.OpenRead(path);
            var buffer = new byte[StrategyYaml.MaximumBytes + 1];
            var read = await stream.ReadAtLeastAsync(
                buffer,
                buffer.Length,
                throwOnEndOfStream: false,
                cancellationToken
            );
            return read == buffer.Length
                ? throw new StrategyRefusedException(
                    name,
                    [$"the file has {stream.Length} bytes; a strategy has at most {StrategyYaml.MaximumBytes}"]
                )
                : buffer[..read];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StrategyRefusedException(name, [$"{path} cannot be read: {fault.Message}"]);
        }
    }

    private string Nearest(string name) =>
        NearestName.Of(name, Names()) is [var near, ..] ? $"; did you mean '{near}'?" : "";

    private static string Kept(string identity) => $"data/shelf/strategies/{identity}{Ending}";

    private static string Shorten(string name)
    {
        var readable = string.Concat(name.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter));
        return name.Length <= 60 ? readable : readable + "…";
    }
}
