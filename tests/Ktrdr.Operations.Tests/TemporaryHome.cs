namespace Ktrdr.Operations.Tests;

/// <summary>A folder of its own, gone afterwards.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ktrdr-operations-").FullName;

    public string Database => System.IO.Path.Combine(Path, "ktrdr.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
