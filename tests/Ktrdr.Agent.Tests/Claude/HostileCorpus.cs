using System.Globalization;
using Ktrdr.Archive;
using Ktrdr.Core;
using Ktrdr.Loopback;
using Ktrdr.Research;

namespace Ktrdr.Agent.Tests;

/// <summary>Calls as nobody should make them, tried on the real tools over a real home.</summary>
internal static class HostileCorpus
{
    private const int LongestAnswer = 2_000;

    /// <summary>What came of it.</summary>
    /// <param name="Refused">Calls answered with an error.</param>
    /// <param name="Checked">Calls that had a good strategy checked.</param>
    /// <param name="Saved">Calls that saved a clean strategy.</param>
    public sealed record Tally(int Refused, int Checked, int Saved);

    /// <summary>Makes so many calls and holds every one to the rules: an error the model can read, or a clean strategy, and in
    /// either case not a byte beside the shelf.</summary>
    public static async Task<Tally> TryAsync(int count, int seed)
    {
        var around = Directory.CreateTempSubdirectory("ktrdr-hostile-");
        try
        {
            var home = Directory.CreateDirectory(Path.Combine(around.FullName, "home")).FullName;
            var shelf = new StrategyShelf(new HomeFolder(home));
            var chance = new Random(seed);
            var tally = new Tally(0, 0, 0);
            for (var number = 1; number <= count; number++)
            {
                var tools = new DesignTools(
                    Studio.Brief,
                    Aliases.For(Studio.Brief),
                    shelf,
                    new DeskWith(Sample.Learning)
                );
                var (tool, arguments) = HostileCalls.Next(chance);
                var answer = await tools.CallAsync(tool, arguments, CancellationToken.None);
                tally = Judge(answer, tally);
                _ = Judge(await tools.ReadAsync(arguments, CancellationToken.None), tally);
            }

            var beside = Directory
                .EnumerateFiles(around.FullName, "*", SearchOption.AllDirectories)
                .Where(file =>
                    !file.StartsWith(Path.Combine(home, "data", "shelf", "strategies"), StringComparison.Ordinal)
                );
            Assert.Empty(beside);
            return tally;
        }
        finally
        {
            around.Delete(recursive: true);
        }
    }

    private static Tally Judge(ToolAnswer<StrategyDocument> answer, Tally tally)
    {
        if (answer.IsError)
        {
            Assert.Null(answer.Saved);
            Assert.InRange(answer.Text.Length, 1, LongestAnswer);
            Assert.True(IsClean(answer.Text.Replace("\n", "", StringComparison.Ordinal)), answer.Text);
            return tally with { Refused = tally.Refused + 1 };
        }

        if (answer.Saved is not { } strategy)
        {
            return tally with { Checked = tally.Checked + 1 };
        }

        Assert.Null(StrategyName.Refuse(strategy.Name, out _));
        Assert.True(IsClean(strategy.Description) && IsClean(strategy.Hypothesis), strategy.Name);
        Assert.Contains(strategy.Data.Symbol, Studio.Brief.Markets.Select(market => market.Symbol));
        return tally with { Saved = tally.Saved + 1 };
    }

    private static bool IsClean(string text) =>
        text.EnumerateRunes()
            .All(rune =>
                System.Text.Rune.GetUnicodeCategory(rune)
                    is not (
                        UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                    )
            );
}
