using Ktrdr.Cli;

namespace Ktrdr.Cli.Tests;

/// <summary>The program with its streams captured, in a home of its own that goes with it.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public string Home { get; } = Directory.CreateTempSubdirectory("ktrdr-cli-").FullName;

    /// <summary>Environment variables as the program sees them; none of this process's own.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The clock of the program.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task<int> RunAsync(params string[] args) =>
        Program.RunAsync(
            args,
            new Surroundings(_out, _error)
            {
                Variable = name => name == "KTRDR_HOME" ? Home : Variables.GetValueOrDefault(name),
                Variables = () => Variables.ToDictionary(one => one.Key, one => (string?)one.Value),
                Folder = Home,
                Clock = Clock,
            }
        );

    public string Write(string name, string text)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
