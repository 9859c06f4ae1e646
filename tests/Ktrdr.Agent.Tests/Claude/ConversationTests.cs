using Ktrdr.Loopback;
using Ktrdr.Operations;

namespace Ktrdr.Agent.Tests;

/// <summary>Where a conversation ends: at every reason to stop, and at every limit.</summary>
public sealed class ConversationTests
{
    [Fact]
    public async Task A_reply_that_was_cut_is_not_used_and_a_shorter_one_is_asked_for()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Studio.Save(Studio.Config(), "cut") with
            {
                StopReason = "max_tokens",
            },
            Studio.Save(Studio.Config(), "whole")
        );

        Assert.Equal("whole", Studio.Strategy(design).Name);
        Assert.Contains("nothing of it was used", studio.Server.Messages[1].Words);
    }

    [Fact]
    public async Task A_reply_longer_than_allowed_is_cut_by_the_provider_and_not_used()
    {
        await using var studio = await Studio.OpenAsync(("AGENT_MAX_TOKENS", "300"));

        var design = await studio.DesignAsync(
            Turn.Text(new string('a', 800)).And(Studio.Save(Studio.Config())),
            Turn.Text(new string('a', 800)).And(Studio.Save(Studio.Config()))
        );

        Assert.Equal(("design_failed", 2), (design.Error!.Code, studio.Server.Messages.Count));
        Assert.Contains("cut off twice while designing, in round 2 after 300 tokens", design.Error.Message);
        Assert.Contains("AGENT_MAX_TOKENS", design.Error.Next);
    }

    [Theory]
    [InlineData("end_turn")]
    [InlineData("stop_sequence")]
    [InlineData("tool_use")]
    [InlineData("pause_turn")]
    public async Task A_call_counts_whatever_the_word_for_stopping_was(string reason)
    {
        await using var studio = await Studio.OpenAsync();

        Studio.Strategy(await studio.DesignAsync(Studio.Save(Studio.Config()) with { StopReason = reason }));
    }

    [Fact]
    public async Task A_stop_sequence_without_a_call_is_asked_for_one()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Turn.Text("So be it.") with
            {
                StopReason = "stop_sequence",
            },
            Studio.Save(Studio.Config())
        );

        Studio.Strategy(design);
        Assert.Contains("Call save_strategy_config now", studio.Server.Messages[1].Words);
    }

    [Fact]
    public async Task A_pause_is_handed_back_and_goes_on()
    {
        await using var studio = await Studio.OpenAsync();
        var pause = Turn.Text("One moment.").AfterThinking("Hm.") with { StopReason = "pause_turn" };

        Studio.Strategy(await studio.DesignAsync(pause, pause, Studio.Save(Studio.Config())));

        Assert.DoesNotContain("save_strategy_config now", studio.Server.Messages[2].Words);
        Assert.Equal(2, studio.Server.Messages[2].Words.Split("One moment.").Length - 1);
    }

    [Fact]
    public async Task An_empty_reply_is_not_handed_back()
    {
        await using var studio = await Studio.OpenAsync();

        Studio.Strategy(await studio.DesignAsync(new Turn(), Studio.Save(Studio.Config())));
    }

    [Fact]
    public async Task A_refusal_says_who_refused_and_what_to_do()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(Scenarios.Refusal);

        Assert.Equal("model_refused", design.Error!.Code);
        Assert.Equal("claude-opus-5-5 declined to answer while designing, in round 1.", design.Error.Message);
        Assert.Contains("AGENT_MODEL", design.Error.Next);
    }

    [Fact]
    public async Task A_full_context_window_is_told_with_its_figures()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Turn.Text("And so on") with
            {
                StopReason = "model_context_window_exceeded",
                Usage = new TokenCounts(Input: 199_000, Output: 1_000),
            }
        );

        Assert.Equal("design_failed", design.Error!.Code);
        Assert.Contains("full in round 1: 199,000 tokens read, 1,000 written", design.Error.Message);
    }

    [Fact]
    public async Task A_reason_nobody_knows_is_named()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(Turn.Text("Hm.") with { StopReason = "moon\u001b[31m_phase" });

        Assert.Contains("does not know: 'moon [31m_phase'", design.Error!.Message);
    }

    [Fact]
    public async Task Rounds_come_to_an_end()
    {
        await using var studio = await Studio.OpenAsync(("AGENT_MAX_ITERATIONS", "3"));

        var design = await studio.DesignAsync([
            .. Enumerable.Range(1, 4).Select(number => Studio.Save(Studio.Wrong(number))),
        ]);

        Assert.Equal(("design_failed", 3), (design.Error!.Code, studio.Server.Messages.Count));
        Assert.Contains("has used all 3 rounds of designing", design.Error.Message);
        Assert.Contains("AGENT_MAX_ITERATIONS", design.Error.Next);
    }

    [Fact]
    public async Task Input_tokens_of_all_rounds_come_to_an_end()
    {
        await using var studio = await Studio.OpenAsync(("AGENT_MAX_INPUT_TOKENS", "9000"));
        Turn Reading(int number, long tokens) =>
            Studio.Save(Studio.Wrong(number)) with
            {
                Usage = new TokenCounts(tokens, 10, CacheRead: 4_000),
            };

        var design = await studio.DesignAsync(Reading(1, 998), Reading(2, 1), Reading(3, 1), Reading(4, 1));

        Assert.Equal(("design_failed", 3), (design.Error!.Code, studio.Server.Messages.Count));
        Assert.Contains("has read 13,000 tokens in 3 rounds", design.Error.Message);
        Assert.Contains("9,000 is the most", design.Error.Message);
    }

    [Fact]
    public async Task The_same_call_is_not_made_a_third_time()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync([
            .. Enumerable.Range(1, 4).Select(_ => Studio.Validate(Studio.Config())),
        ]);

        Assert.Equal(("design_failed", 3), (design.Error!.Code, studio.Server.Messages.Count));
        Assert.Contains("the same call 3 times", design.Error.Message);
    }

    [Fact]
    public async Task One_reply_makes_eight_calls_at_most()
    {
        await using var studio = await Studio.OpenAsync(("AGENT_MAX_TOKENS", "20000"));

        var design = await studio.DesignAsync(Checks(1, 9));

        Assert.Contains("9 times in round 1; 16 in all and 8 in one reply is the most", design.Error!.Message);
    }

    [Fact]
    public async Task All_replies_make_sixteen_calls_at_most()
    {
        await using var studio = await Studio.OpenAsync(
            ("AGENT_MAX_TOKENS", "20000"),
            ("AGENT_MAX_INPUT_TOKENS", "900000")
        );

        var design = await studio.DesignAsync(Checks(1, 8), Checks(9, 8), Checks(17, 1));

        Assert.Contains("called tools 17 times", design.Error!.Message);
    }

    [Fact]
    public void Time_comes_to_an_end_between_two_requests()
    {
        var clock = new HandClock();
        var limits = new ConversationLimits(new AgentOptions(), Purpose.Assess("m"), clock);
        limits.NextRound();
        clock.Seconds = 899;
        limits.NextRound();
        clock.Seconds = 900;

        var error = Assert.Throws<OperationFailedException>(() => limits.NextRound()).Error;

        Assert.Equal("assessment_failed", error.Code);
        Assert.Contains("has taken 900 seconds for 2 rounds of assessing", error.Message);
    }

    [Fact]
    public async Task Every_round_is_told_with_its_tokens()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Studio.Save(Studio.Wrong()) with
            {
                Usage = new TokenCounts(5_000, 70),
            },
            Studio.Save(Studio.Config())
        );

        Assert.Equal("Claude is designing, round 2", design.Progress.CurrentStep);
        Assert.Equal(5_000, (int?)design.Progress.Context["input_tokens"]);
    }

    private static Turn Checks(int first, int count) =>
        Enumerable
            .Range(first, count)
            .Select(number => Studio.Validate(Studio.Config(number: number)))
            .Aggregate((before, next) => before.And(next));

    private sealed class HandClock : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
