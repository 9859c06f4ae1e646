using System.Text.RegularExpressions;
using Ktrdr.Agent;
using Ktrdr.Research;

namespace Ktrdr.Server.Tests;

/// <summary>The spans in docs/observability.md, held against the code.</summary>
public sealed partial class SpanManualTests
{
    private static readonly string s_section = Section("Spans");

    [Fact]
    public void The_manual_has_every_span_and_no_other() =>
        Assert.Equal(
            [.. Spans.All, $"{ModelSpans.Chat} {{model}}", $"{ModelSpans.Tool} {{tool}}"],
            FirstCells().Matches(s_section).Select(row => row.Groups["name"].Value)
        );

    [Fact]
    public void The_manual_names_every_source_that_is_listened_to() =>
        Assert.All(
            ExportProviders.Sources,
            source => Assert.Contains($"`{source}`", s_section, StringComparison.Ordinal)
        );

    private static string Section(string title)
    {
        var text = File.ReadAllText(Path.Combine(Shared.Repository, "docs", "observability.md"))
            .ReplaceLineEndings("\n");
        var start = text.IndexOf($"\n## {title}\n", StringComparison.Ordinal) + 1;
        var end = text.IndexOf("\n## ", start, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    [GeneratedRegex("^\\| `(?<name>[^`]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstCells();
}
