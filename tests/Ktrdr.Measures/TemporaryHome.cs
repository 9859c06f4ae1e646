namespace Ktrdr.Measures;

/// <summary>A home that goes with whoever made it.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("ktrdr-loopback-").FullName;

    public string Database => Path.Combine(Folder, "ktrdr.db");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
