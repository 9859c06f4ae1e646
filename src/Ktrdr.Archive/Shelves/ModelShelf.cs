using System.Globalization;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Models: by identity below <c>data/shelf/models</c> for the work, by version below <c>models</c> for people.</summary>
public sealed class ModelShelf(HomeFolder home) : IModelShelf
{
    private const string Published = "models";

    private readonly FolderShelf _shelf = new(home, "data/shelf/models", ModelFiles.Names, "model");

    /// <inheritdoc/>
    public Task<string> PutAsync(TrainedModel model, CancellationToken cancellationToken) =>
        _shelf.KeepAsync(ModelFiles.Of(model), cancellationToken);

    /// <inheritdoc/>
    public async Task<TrainedModel> GetAsync(string identity, CancellationToken cancellationToken) =>
        ModelFiles.Read(_shelf.PathOf(identity), await _shelf.OpenAsync(identity, cancellationToken));

    /// <summary>The files of an identity as they are kept, by name.</summary>
    /// <exception cref="ArchiveDamagedException">They are not there, or not what was kept.</exception>
    public Task<IReadOnlyDictionary<string, byte[]>> FilesAsync(string identity, CancellationToken cancellationToken) =>
        _shelf.OpenAsync(identity, cancellationToken);

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
    public Task<string?> IdentityAtAsync(string path, CancellationToken cancellationToken)
    {
        EnsureVersionPath(path);
        return _shelf.IdentityAtAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public string PathOf(string strategyName, Timeframe timeframe, int version) =>
        $"{Published}/{strategyName}/{timeframe}_v{version.ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public bool Exists(string strategyName, Timeframe timeframe, int version) =>
        Directory.Exists(home.Resolve(PathOf(strategyName, timeframe, version)));

    /// <inheritdoc/>
    public Task PublishAsync(string identity, string path, CancellationToken cancellationToken)
    {
        EnsureVersionPath(path);
        return _shelf.PublishAsync(identity, path, cancellationToken);
    }

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
