using System.Globalization;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Models: by identity below <c>data/shelf/models</c> for the work, by version below <c>models</c> for people.</summary>
/// <remarks>A published version carries its identity in a file of that name. One whose other files no longer amount to it was
/// torn or edited and is refused.</remarks>
public sealed class ModelShelf(HomeFolder home) : IModelShelf
{
    private const string Shelf = "data/shelf/models";
    private const string Published = "models";
    private const string IdentityFile = "identity";

    /// <inheritdoc/>
    public async Task<string> PutAsync(TrainedModel model, CancellationToken cancellationToken)
    {
        var files = ModelFiles.Of(model);
        var identity = ModelFiles.Identity(files);
        await KeepAsync(identity, files, cancellationToken);
        return identity;
    }

    /// <inheritdoc/>
    public async Task<TrainedModel> GetAsync(string identity, CancellationToken cancellationToken)
    {
        var path = ShelfPath(identity);
        return ModelFiles.Read(path, await OpenAsync(path, identity, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<(string Identity, string Path)?> LatestAsync(
        string strategyName,
        CancellationToken cancellationToken
    )
    {
        var folder = home.Resolve($"{Published}/{strategyName}");
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var latest = Directory
            .EnumerateDirectories(folder)
            .Select(version => Version(Path.GetFileName(version)))
            .OfType<(Timeframe Timeframe, int Number)>()
            .OrderBy(version => version.Number)
            .ThenBy(version => version.Timeframe)
            .Select(version => PathOf(strategyName, version.Timeframe, version.Number))
            .LastOrDefault();
        return latest is null ? null : ((await IdentityAtAsync(latest, cancellationToken))!, latest);
    }

    /// <inheritdoc/>
    public async Task<string?> IdentityAtAsync(string path, CancellationToken cancellationToken)
    {
        EnsureVersionPath(path);
        if (!Directory.Exists(home.Resolve(path)))
        {
            return null;
        }

        var identity = await ReadIdentityAsync(path, cancellationToken);
        await KeepAsync(identity, await OpenAsync(path, identity, cancellationToken), cancellationToken);
        return identity;
    }

    /// <inheritdoc/>
    public string PathOf(string strategyName, Timeframe timeframe, int version) =>
        $"{Published}/{strategyName}/{timeframe}_v{version.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public bool Exists(string strategyName, Timeframe timeframe, int version) =>
        Directory.Exists(home.Resolve(PathOf(strategyName, timeframe, version)));

    /// <inheritdoc/>
    public async Task PublishAsync(string identity, string path, CancellationToken cancellationToken)
    {
        EnsureVersionPath(path);
        var files = await OpenAsync(ShelfPath(identity), identity, cancellationToken);
        if (Directory.Exists(home.Resolve(path)))
        {
            var there = await IdentityAtAsync(path, cancellationToken);
            if (there != identity)
            {
                throw new IOException(
                    $"{path} holds another model ({there}); a published version never changes. Take the next version."
                );
            }

            return;
        }

        var all = new Dictionary<string, byte[]>(files, StringComparer.Ordinal)
        {
            [IdentityFile] = Encoding.ASCII.GetBytes($"{identity}\n"),
        };
        await home.WriteWholeFolderAsync(path, all, cancellationToken);
    }

    // The shelf is content-addressed: what is there under an identity and intact need not be written again.
    private async Task KeepAsync(
        string identity,
        IReadOnlyDictionary<string, byte[]> files,
        CancellationToken cancellationToken
    )
    {
        var path = ShelfPath(identity);
        var folder = home.Resolve(path);
        if (Directory.Exists(folder))
        {
            if (await IsIntactAsync(path, identity, cancellationToken))
            {
                return;
            }

            Directory.Delete(folder, recursive: true);
        }

        try
        {
            await home.WriteWholeFolderAsync(path, files, cancellationToken);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Somebody else kept the same model first. What counts is that it is there, whole.
            await OpenAsync(path, identity, cancellationToken);
        }
    }

    private async Task<bool> IsIntactAsync(string path, string identity, CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(path, identity, cancellationToken);
            return true;
        }
        catch (ArchiveDamagedException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> OpenAsync(
        string path,
        string identity,
        CancellationToken cancellationToken
    )
    {
        var folder = home.Resolve(path);
        if (!Directory.Exists(folder))
        {
            throw new ArchiveDamagedException(path, "there is no model of this identity");
        }

        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in ModelFiles.Names)
        {
            var file = Path.Combine(folder, name);
            files[name] = File.Exists(file)
                ? await File.ReadAllBytesAsync(file, cancellationToken)
                : throw new ArchiveDamagedException(path, $"its file {name} is missing");
        }

        return ModelFiles.Identity(files) == identity
            ? files
            : throw new ArchiveDamagedException(path, "its files are not those that were kept");
    }

    private async Task<string> ReadIdentityAsync(string path, CancellationToken cancellationToken)
    {
        var file = Path.Combine(home.Resolve(path), IdentityFile);
        return File.Exists(file)
            ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
            : throw new ArchiveDamagedException(path, $"its file {IdentityFile} is missing");
    }

    private static string ShelfPath(string identity) =>
        identity.Length == 64 && identity.All(char.IsAsciiHexDigitLower)
            ? $"{Shelf}/{identity}"
            : throw new ArchiveDamagedException(Shelf, "what was asked for is not the identity of a model");

    private static void EnsureVersionPath(string path)
    {
        if (path.Split('/') is not [Published, _, var version] || Version(version) is null)
        {
            throw new OutsideHomeException(path);
        }
    }

    private static (Timeframe Timeframe, int Number)? Version(string name) =>
        name.Split("_v") is [var length, var number]
        && Timeframe.TryParse(length, out var timeframe)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (timeframe, version)
            : null;
}
