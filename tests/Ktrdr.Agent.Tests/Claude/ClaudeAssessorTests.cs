using System.Text.Json.Nodes;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Agent.Tests;

/// <summary>What comes of what Claude writes while it assesses.</summary>
public sealed class ClaudeAssessorTests
{
    private const string Save = "save_assessment";

    [Fact]
    public async Task A_save_ends_the_assessment_without_another_request()
    {
        await using var studio = await Studio.OpenAsync();

        var reply = Studio.Result<AssessmentReply>(
            await studio.AssessAsync(
                Brief,
                Turn.ToolUse(Save, Opinion()) with
                {
                    Usage = new TokenCounts(Input: 900, Output: 120, CacheRead: 1_100),
                }
            )
        );

        Assert.Equal("poor", reply.Assessment.Verdict);
        Assert.Equal(["It trades often.", "On STUB it lost little."], reply.Assessment.Strengths);
        Assert.Equal((2_000, 120), (reply.InputTokens, reply.OutputTokens));
        Assert.False(reply.Assessment.Stub);
        Assert.Single(studio.Server.Messages);
    }

    [Theory]
    [InlineData("verdict", "\"splendid\"", "verdict: must be one of promising, mediocre, poor")]
    [InlineData("verdict", "7", "verdict: must be one of promising, mediocre, poor")]
    [InlineData("strengths", "[\"one\"]", "strengths: must be a list of 2 to 4 texts, not of 1")]
    [InlineData(
        "weaknesses",
        "[\"a\",\"b\",\"c\",\"d\",\"e\"]",
        "weaknesses: must be a list of 2 to 4 texts, not of 5"
    )]
    [InlineData("suggestions", "\"none\"", "suggestions: must be a list of 1 to 4 texts, not of 0")]
    [InlineData("suggestions", "[{}]", "suggestions[0]: must be a text")]
    [InlineData("suggestions", "[\" \\u0007 \"]", "suggestions[0]: has 0 characters; 1 to 300 are kept")]
    [InlineData(
        "confidence",
        "1",
        "there is an argument that is not known; give only verdict, strengths, weaknesses, suggestions"
    )]
    public async Task What_is_not_an_assessment_is_refused_with_the_reason(string argument, string value, string told)
    {
        await using var studio = await Studio.OpenAsync();
        var wrong = Opinion();
        wrong[argument] = JsonNode.Parse(value);

        var assessed = await studio.AssessAsync(Brief, Turn.ToolUse(Save, wrong), Turn.ToolUse(Save, Opinion()));

        Assert.Equal(OperationStatus.Completed, assessed.Status);
        Assert.Equal([($"not saved: {told}", true)], studio.Told);
    }

    [Fact]
    public async Task A_strength_of_more_than_three_hundred_characters_is_refused()
    {
        await using var studio = await Studio.OpenAsync();
        var wrong = Opinion();
        wrong["strengths"]![1] = new string('x', 301);

        await studio.AssessAsync(Brief, Turn.ToolUse(Save, wrong), Turn.ToolUse(Save, Opinion()));

        Assert.Equal([("not saved: strengths[1]: has 301 characters; 1 to 300 are kept", true)], studio.Told);
    }

    [Fact]
    public async Task A_second_text_is_read_as_the_assessment_itself()
    {
        await using var studio = await Studio.OpenAsync();

        var assessed = await studio.AssessAsync(
            Brief,
            Turn.Text("It is poor."),
            Turn.Text($"```json\n{Opinion().ToJsonString()}\n```")
        );

        Assert.Equal("poor", Studio.Result<AssessmentReply>(assessed).Assessment.Verdict);
    }

    [Fact]
    public async Task Two_texts_that_are_none_end_the_assessment()
    {
        await using var studio = await Studio.OpenAsync();

        var assessed = await studio.AssessAsync(Brief, Turn.Text("It is poor."), Turn.Text("Very poor."));

        Assert.Equal("assessment_failed", assessed.Error!.Code);
        Assert.Contains("the text of round 2 is not an assessment", assessed.Error.Message);
    }

    private static JsonObject Opinion() =>
        new()
        {
            ["verdict"] = "poor",
            ["strengths"] = new JsonArray("It trades\u001b often.", "On market-1 it lost little."),
            ["weaknesses"] = new JsonArray("It lost.", "It may be luck."),
            ["suggestions"] = new JsonArray("Wider barriers."),
        };

    private static AssessmentBrief Brief
    {
        get
        {
            var script = new Script(new ResearchOptions(), TimeProvider.System);
            return new AssessmentBrief
            {
                Model = Studio.Model,
                StrategyName = "calm_owl",
                Hypothesis = "Extremes last.",
                Synthetic = false,
                Training = script.Training,
                Backtest = script.Backtest,
                Gates = [],
                Candidates = 0,
            };
        }
    }
}
