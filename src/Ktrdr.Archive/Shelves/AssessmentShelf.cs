using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Assessments, one beside each strategy, in <c>strategies/{name}/assessment.json</c>.</summary>
public sealed class AssessmentShelf(HomeFolder home) : IAssessmentShelf
{
    /// <inheritdoc/>
    public string PathOf(string strategyName) => $"strategies/{strategyName}/assessment.json";

    /// <inheritdoc/>
    public Task PublishAsync(string strategyName, Assessment assessment, CancellationToken cancellationToken) =>
        home.WriteWholeAsync(PathOf(strategyName), BytesOf(assessment), cancellationToken);

    /// <summary>The bytes of an assessment's file.</summary>
    public static byte[] BytesOf(Assessment assessment) => ArchiveJson.Write(assessment);

    /// <inheritdoc/>
    public async Task<Assessment?> ReadAsync(string strategyName, CancellationToken cancellationToken)
    {
        var relative = PathOf(strategyName);
        var path = home.Resolve(relative);
        return File.Exists(path)
            ? ArchiveJson.Read<Assessment>(relative, await File.ReadAllBytesAsync(path, cancellationToken))
            : null;
    }
}
