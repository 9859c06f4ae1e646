using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ktrdr.System.Tests;

[assembly: AssemblyFixture(typeof(SampleCycle))]

namespace Ktrdr.System.Tests;

/// <summary>The cycle that the README promises, run once for every test that looks at what it left behind.</summary>
public sealed class SampleCycle : IDisposable
{
    private readonly Home _home = new();
    private readonly Lazy<Task<Ended>> _run;

    /// <summary>Runs nothing until somebody asks.</summary>
    public SampleCycle() => _run = new(() => _home.RunAsync(Arguments));

    /// <summary>The lines of the README.</summary>
    public static string[] Readme { get; } = File.ReadAllLines(Path.Combine(Shared.Repository, "README.md"));

    /// <summary>What the README's run command gives the program.</summary>
    public static string[] Arguments =>
        Readme
            .First(line => line.StartsWith("dotnet run ", StringComparison.Ordinal))
            .Split(" -- ")[1]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The home it worked in and how it ended, which is completed.</summary>
    internal async Task<(Home Home, Ended Run)> FinishedAsync() => (_home, (await _run.Value).With(exitCode: 0));

    /// <summary>Its operation as recorded.</summary>
    internal async Task<JsonNode> OperationAsync()
    {
        var (home, run) = await FinishedAsync();
        return (await home.RunAsync("operations", "show", run.CycleId, "--json")).With(exitCode: 0).Json["data"]!;
    }

    /// <summary>The strategy it designed, under another name and with so many epochs.</summary>
    internal async Task<string> StrategyAsync(string name, int epochs)
    {
        var (home, _) = await FinishedAsync();
        var text = await File.ReadAllTextAsync(Directory.EnumerateFiles(home.At("strategies"), "*.yaml").Single());
        var renamed = Regex.Replace(text, "(?m)^name: .*$", $"name: {name}");
        return Regex.Replace(renamed, "(?m)^( +epochs:) .*$", $"$1 {epochs}");
    }

    /// <summary>Lets its home go.</summary>
    public void Dispose() => _home.Dispose();
}
