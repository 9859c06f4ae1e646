using System.Text;

namespace Ktrdr.Archive;

/// <summary>What a home and the store last had in common, kept in <c>data/.shared</c>, one line a change.</summary>
/// <remarks>It tells what people changed by hand from what is merely old. Lost or torn, nothing is lost with it: what is alike is
/// known again by looking, and the rest is taken for changed by hand.</remarks>
internal sealed class KnownFiles(HomeFolder home)
{
    private const string Known = "known";
    private const string Arriving = "arriving";
    private const string Ahead = "ahead";

    private readonly string _path = Path.Combine(home.Root, "data", ".shared");
    private Dictionary<string, (string State, string Hash)>? _files;

    /// <summary>Whether this home ever shared anything.</summary>
    public bool AreKept => File.Exists(_path);

    /// <summary>The hash of what home and store last had in common there, or null.</summary>
    public string? HashOf(string path) =>
        Files.TryGetValue(path, out var file) && file.State == Known ? file.Hash : null;

    /// <summary>Whether what lies there is the program's own doing, so that it may be replaced.</summary>
    public bool IsUntouched(string path, string hash) =>
        Files.TryGetValue(path, out var file) && (file.State == Arriving || (file.State == Known && file.Hash == hash));

    /// <summary>Whether the program wrote there while the store was not asked, over what the store had under a hash.</summary>
    public bool IsAhead(string path, string since) => Files.TryGetValue(path, out var file) && file == (Ahead, since);

    /// <summary>Home and store are alike there.</summary>
    public void NoteKnown(string path, string hash) => Note(path, Known, hash);

    /// <summary>What lies there is somebody's own work, and has nothing in common with the store.</summary>
    public void NoteOwn(string path) => Note(path, Known, "-");

    /// <summary>What is written there now comes from the store; a crash may leave it half done, and that is nobody's work.</summary>
    public void NoteArriving(string path) => Note(path, Arriving, "-");

    /// <summary>The program itself wrote there and told no store.</summary>
    public void NoteAhead(string path) => Note(path, Ahead, Files.TryGetValue(path, out var file) ? file.Hash : "-");

    private Dictionary<string, (string State, string Hash)> Files => _files ??= Load();

    private void Note(string path, string state, string hash)
    {
        if (Files.TryGetValue(path, out var file) && file == (state, hash))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.AppendAllText(_path, Line(path, (state, hash)));
        Files[path] = (state, hash);
    }

    private Dictionary<string, (string State, string Hash)> Load()
    {
        var files = new Dictionary<string, (string State, string Hash)>(StringComparer.Ordinal);
        if (!AreKept)
        {
            return files;
        }

        foreach (var line in File.ReadLines(_path))
        {
            if (line.Split(' ') is [Known or Arriving or Ahead, _, _] and [var state, var hash, var path])
            {
                files[path] = (state, hash);
            }
        }

        // Written anew, shorter and without a torn line at its end that the next would be glued to.
        var temporary = HomeFolder.Temporary(_path);
        var lines = new StringBuilder();
        foreach (var (path, file) in files)
        {
            lines.Append(Line(path, file));
        }

        File.WriteAllText(temporary, lines.ToString());
        File.Move(temporary, _path, overwrite: true);
        return files;
    }

    private static string Line(string path, (string State, string Hash) file) => $"{file.State} {file.Hash} {path}\n";
}
