using System.Text.Json.Nodes;
using Ktrdr.Research;

namespace Ktrdr.Agent;

/// <summary>What a language model may do while it assesses: save one opinion.</summary>
internal sealed class AssessmentTools(Aliases aliases) : ITools<Assessment>
{
    private const string Save = "save_assessment";
    private const int Longest = 300;

    private static readonly string[] s_verdicts = ["promising", "mediocre", "poor"];

    /// <inheritdoc/>
    public string Request =>
        $"Call {Save} now with verdict, strengths, weaknesses and suggestions; a text is not read.";

    /// <inheritdoc/>
    public string Wanted => "an assessment";

    /// <inheritdoc/>
    public JsonArray Definitions() => Offered();

    /// <summary>The tools, which are the same in every assessment.</summary>
    public static JsonArray Offered()
    {
        var tool = Schema.Tool(
            Save,
            "Saves your assessment. A success ends your work.",
            ("verdict", Schema.Word(s_verdicts)),
            ("strengths", Schema.Texts($"2 to 4 sentences with their figures, each at most {Longest} characters.")),
            ("weaknesses", Schema.Texts($"2 to 4 sentences with their figures, each at most {Longest} characters.")),
            ("suggestions", Schema.Texts($"1 to 4 changes for the next design, each at most {Longest} characters."))
        );
        tool["strict"] = true;
        return [tool];
    }

    /// <inheritdoc/>
    public Task<ToolAnswer<Assessment>> CallAsync(string tool, string arguments, CancellationToken cancellationToken) =>
        Task.FromResult(tool == Save ? Read(arguments) : Wrong([$"there is no such tool; there is {Save}"]));

    /// <inheritdoc/>
    public Task<ToolAnswer<Assessment>> ReadAsync(string text, CancellationToken cancellationToken) =>
        Task.FromResult(Read(Fence.Inside(text)));

    private ToolAnswer<Assessment> Read(string json)
    {
        var arguments = Arguments.Read(json, "verdict", "strengths", "weaknesses", "suggestions");
        var assessment = new Assessment(
            arguments.Word("verdict", s_verdicts),
            Lines("strengths", fewest: 2),
            Lines("weaknesses", fewest: 2),
            Lines("suggestions", fewest: 1)
        );
        return arguments.Problems.Count > 0
            ? Wrong(arguments.Problems)
            : new ToolAnswer<Assessment>("saved", IsError: false, assessment);

        IReadOnlyList<string> Lines(string name, int fewest) =>
            [.. arguments.Lines(name, fewest, 4, Longest).Select(aliases.Unmask)];
    }

    private static ToolAnswer<Assessment> Wrong(IReadOnlyList<string> problems) =>
        new($"not saved: {string.Join("; ", problems)}", IsError: true, Problems: problems.Count);
}
