using System.Text.Json.Nodes;

namespace Ktrdr.System.Tests;

/// <summary>What a visitor reads first is true.</summary>
public sealed class ReadmeTests(SampleCycle sample)
{
    [Fact]
    public async Task The_run_command_ends_with_a_finished_cycle_and_its_files()
    {
        Assert.Contains("--seed", SampleCycle.Arguments);

        var (home, run) = await sample.FinishedAsync();

        Assert.Contains("COMPLETED", run.Output, StringComparison.Ordinal);
        Assert.Contains("SYNTHETIC", run.Output, StringComparison.Ordinal);
        var strategy = Path.GetFileNameWithoutExtension(
            Assert.Single(Directory.GetFiles(home.At("strategies"), "*.yaml"))
        );
        Assert.True(File.Exists(home.At($"strategies/{strategy}/assessment.json")));
        Assert.NotEmpty(
            Directory.EnumerateFiles(home.At($"models/{strategy}"), "weights.bin", SearchOption.AllDirectories)
        );
        Assert.True(File.Exists(home.At("ktrdr.db")));
    }

    [Fact]
    public void The_run_command_runs_the_program_of_this_repository() =>
        Assert.True(Directory.Exists(Path.Combine(Shared.Repository, ProjectIn("dotnet run")!)));

    [Fact]
    public void The_test_command_runs_every_test_project_with_the_runner_that_reports()
    {
        // The command cannot run within itself; what would make it run nothing can be looked at.
        Assert.Null(ProjectIn("dotnet test"));
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(Shared.Repository, "global.json")))!;
        Assert.Equal("Microsoft.Testing.Platform", (string?)settings["test"]!["runner"]);

        var solution = File.ReadAllText(Path.Combine(Shared.Repository, "Ktrdr.slnx"));
        foreach (var project in Directory.EnumerateDirectories(Path.Combine(Shared.Repository, "tests"), "*.Tests"))
        {
            Assert.Contains($"{Path.GetFileName(project)}.csproj", solution, StringComparison.Ordinal);
        }
    }

    private static string? ProjectIn(string start)
    {
        var command = Assert.Single(SampleCycle.Readme, line => line.StartsWith(start, StringComparison.Ordinal));
        var words = command.Split(' ');
        var at = Array.IndexOf(words, "--project");
        return at < 0 ? null : words[at + 1];
    }
}
