using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Cli.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task Nothing_is_wrong_with_an_empty_home_and_nothing_is_made()
    {
        using var terminal = new Terminal();

        Assert.Equal(0, await terminal.RunAsync("doctor"));
        Assert.Contains($"✓ home       {terminal.Home}, which can be written to", terminal.Lines);
        Assert.Contains("✓ database   none yet; the first work makes it", terminal.Lines);
        Assert.Empty(Directory.EnumerateFileSystemEntries(terminal.Home));
    }

    [Fact]
    public async Task What_is_wrong_comes_with_why_and_the_way_out_and_exits_with_1()
    {
        using var terminal = new Terminal();
        var path = terminal.Write("ktrdr.db", "certainly no database, and long enough to look like one");

        Assert.Equal(1, await terminal.RunAsync("doctor"));
        var at = Array.IndexOf(terminal.Lines, "✗ database   cannot be read");
        Assert.Equal($"             {path}: SQLite Error 26: 'file is not a database'.", terminal.Lines[at + 1]);
        Assert.StartsWith("             → Put a copy of it back, or move it away", terminal.Lines[at + 2]);
        Assert.StartsWith("One thing is wrong.", terminal.Lines[^1]);
    }

    [Fact]
    public async Task A_warning_exits_with_0()
    {
        using var terminal = new Terminal();
        terminal.Variables["AGENT_PROVIDR"] = "local";

        Assert.Equal(0, await terminal.RunAsync("doctor"));
        Assert.Contains("! setting AGENT_PROVIDR  set, and nobody reads it", terminal.Lines);
        Assert.StartsWith("Nothing is wrong. ", terminal.Lines[^1]);
    }

    [Fact]
    public async Task Machines_get_every_finding_with_its_level()
    {
        using var terminal = new Terminal();
        terminal.Write("models", "I am a file");

        Assert.Equal(1, await terminal.RunAsync("doctor", "--json"));
        var found = JsonSerializer.Deserialize(terminal.Out, ClientJson.Default.ExaminationView)!;
        Assert.Equal((terminal.Home, false, 1), (found.Home, found.Healthy, found.Wrong));
        Assert.Equal("wrong", found.Findings[0].Level);
        Assert.Equal("Move the file away.", found.Findings[0].Fix);
    }
}
