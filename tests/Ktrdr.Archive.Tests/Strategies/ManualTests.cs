using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

/// <summary>What docs/strategies.md shows, held against the one reader.</summary>
public sealed class ManualTests
{
    private static readonly string[] s_manual = File.ReadAllLines(
        Path.Combine(Shared.Repository, "docs", "strategies.md")
    );

    [Fact]
    public void The_example_of_the_manual_is_accepted_without_a_warning()
    {
        var reading = Example.Read(Yaml());

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.Equal("pullback_rsi_adx", reading.Document!.Name);
    }

    [Fact]
    public void Every_section_the_manual_explains_is_one_that_a_saved_strategy_has()
    {
        var saved = StrategyWriter.Write(Example.Valid(Yaml()));
        var sections = s_manual
            .SkipWhile(line => !line.StartsWith("| section |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('`')[1])
            .ToArray();

        Assert.NotEmpty(sections);
        Assert.Subset(saved.Entries.Select(entry => entry.Key).ToHashSet(), sections.ToHashSet());
    }

    private static string Yaml() =>
        string.Join('\n', s_manual.SkipWhile(line => line != "```yaml").Skip(1).TakeWhile(line => line != "```"));
}
