using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ModelContextProtocol.Client;

namespace Ktrdr.System.Tests;

/// <summary>A home of its own, with the real program working in it as a person would run it. Gone afterwards.</summary>
/// <param name="settings">What the program finds in its environment; nothing else that would change its ways gets through.</param>
internal sealed class Home(params (string Key, string Value)[] settings) : IDisposable
{
    private static readonly string[] s_ours =
    [
        "KTRDR_",
        "AGENT_",
        "ANTHROPIC_",
        "TRAINING_GATE_",
        "BACKTEST_GATE_",
        "USE_STUB_WORKERS",
        "STUB_WORKER_",
        "OTEL_",
    ];

    /// <summary>The home of a scripted cycle, each phase taking so many seconds.</summary>
    public static Home Scripted(string delay) => new(("AGENT_PROVIDER", "scripted"), ("STUB_WORKER_DELAY", delay));

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ktrdr-system-").FullName;

    /// <summary>The full path of something in the home.</summary>
    public string At(string relative) => Path.Combine(Folder, relative);

    /// <summary>Every file below the given folders of the home, by its path relative to the home.</summary>
    public SortedDictionary<string, byte[]> Files(params string[] folders) =>
        new(
            folders
                .SelectMany(folder => Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories))
                .ToDictionary(file => Path.GetRelativePath(Folder, file), File.ReadAllBytes),
            StringComparer.Ordinal
        );

    /// <summary>Runs <c>ktrdr</c> with these arguments to its end.</summary>
    public Task<Ended> RunAsync(params string[] arguments) => Ended.OfAsync(Command(arguments));

    /// <summary>Begins to run <c>ktrdr</c> with these arguments.</summary>
    public Begun Begin(params string[] arguments) => new(Command(arguments));

    /// <summary>Runs <c>ktrdr serve</c> until it is disposed of.</summary>
    /// <param name="changed">Settings that differ from the home's for this server.</param>
    public Task<Server> ServeAsync(params (string Key, string Value)[] changed) => ServeAsync(0, changed);

    /// <summary>Runs <c>ktrdr serve</c> on a port until it is disposed of.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="changed">Settings that differ from the home's for this server.</param>
    public Task<Server> ServeAsync(int port, params (string Key, string Value)[] changed)
    {
        var command = Command("serve", "--port", port.ToString(CultureInfo.InvariantCulture));
        foreach (var (key, value) in changed)
        {
            command.Environment[key] = value;
        }

        return Server.StartAsync(command);
    }

    /// <summary>Runs <c>ktrdr mcp</c> as an assistant would, and talks to it with the protocol's own client.</summary>
    /// <param name="errors">What the program writes to standard error, line by line.</param>
    public Task<McpClient> AssistAsync(Action<string> errors, CancellationToken cancellationToken)
    {
        var command = Command("mcp");
        return McpClient.CreateAsync(
            new StdioClientTransport(
                new StdioClientTransportOptions
                {
                    Command = command.FileName,
                    Arguments = [.. command.ArgumentList],
                    WorkingDirectory = command.WorkingDirectory,
                    InheritEnvironmentVariables = false,
                    EnvironmentVariables = command.Environment.ToDictionary(),
                    StandardErrorLines = errors,
                }
            ),
            cancellationToken: cancellationToken
        );
    }

    /// <summary>Puts the text of a strategy into the home, as a person would save one.</summary>
    public void Write(string name, string yaml) => File.WriteAllText(MakeRoom($"strategies/{name}.yaml"), yaml);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string MakeRoom(string relative)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(relative))!);
        return At(relative);
    }

    private ProcessStartInfo Command(params string[] arguments)
    {
        var command = new ProcessStartInfo(Dotnet())
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var key in command.Environment.Keys.Where(IsOurs).ToList())
        {
            command.Environment.Remove(key);
        }

        command.Environment["KTRDR_HOME"] = Folder;
        foreach (var (key, value) in settings)
        {
            command.Environment[key] = value;
        }

        command.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ktrdr.dll"));
        foreach (var argument in arguments)
        {
            command.ArgumentList.Add(argument);
        }

        return command;
    }

    private static bool IsOurs(string key) =>
        s_ours.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // The runtime lies three folders below the program that starts it, wherever it was installed.
    private static string Dotnet()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
