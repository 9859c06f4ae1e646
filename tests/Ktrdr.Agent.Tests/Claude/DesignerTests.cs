using System.Text.Json.Nodes;
using Ktrdr.Core;
using Ktrdr.Loopback;
using Ktrdr.Operations;

namespace Ktrdr.Agent.Tests;

/// <summary>What comes of what Claude writes while it designs.</summary>
public sealed class DesignerTests
{
    [Fact]
    public async Task A_save_ends_the_design_without_another_request()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(Studio.Save(Studio.Config()).AfterThinking("Wide barriers."));

        Assert.Equal("calm_owl", Studio.Strategy(design).Name);
        Assert.Equal("Waits.", Studio.Strategy(design).Description);
        Assert.Single(studio.Server.Messages);
    }

    [Fact]
    public async Task Tokens_of_all_rounds_are_summed_and_nothing_counts_as_tried()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Studio.Validate(Studio.Wrong()) with
            {
                Usage = new TokenCounts(Input: 100, Output: 20, CacheWrite5Minutes: 3_000),
            },
            Studio.Save(Studio.Config()) with
            {
                Usage = new TokenCounts(Input: 400, Output: 50, CacheRead: 3_000),
            }
        );

        var result = Studio.Result<Studio.Designed>(design);
        Assert.Equal((0, 6_500L, 70L), (result.Candidates, result.InputTokens, result.OutputTokens));
    }

    [Fact]
    public async Task A_design_that_fails_twice_is_told_every_mistake_and_may_mend_it()
    {
        await using var studio = await Studio.OpenAsync();
        var twice = Studio.Wrong(2);
        twice["indicators"]!.AsObject().First().Value!["type"] = "rsj";

        var design = await studio.DesignAsync(
            Studio.Validate(twice).AfterThinking("Have it checked."),
            Studio.Save(Studio.Wrong()),
            Studio.Save(Studio.Config())
        );

        Studio.Strategy(design);
        Assert.All(studio.Told, told => Assert.True(told.IsError));
        Assert.Contains("decisions.confidence_threshold", studio.Told[0].Text);
        Assert.Contains("'rsj'", studio.Told[0].Text);
        Assert.Contains("decisions.confidence_threshold: 55 is out of range", studio.Told[1].Text);
    }

    [Fact]
    public async Task The_third_failed_save_says_to_mend_exactly_that()
    {
        await using var studio = await Studio.OpenAsync();

        await studio.DesignAsync(
            Studio.Save(Studio.Wrong(1)),
            Studio.Save(Studio.Wrong(2)),
            Studio.Save(Studio.Wrong(3)),
            Studio.Save(Studio.Config())
        );

        Assert.DoesNotContain("Fix exactly these", studio.Told[1].Text);
        Assert.Contains("Fix exactly these", studio.Told[2].Text);
    }

    [Fact]
    public async Task A_check_of_a_good_strategy_is_no_error_and_saves_nothing()
    {
        await using var studio = await Studio.OpenAsync();

        await studio.DesignAsync(Studio.Validate(Studio.Config()), Studio.Save(Studio.Config()));

        Assert.False(studio.Told[0].IsError);
        Assert.StartsWith("valid", studio.Told[0].Text);
    }

    [Theory]
    [InlineData("market-1")]
    [InlineData("MARKET-1")]
    [InlineData(SampleMarket.Symbol)]
    public async Task The_alias_or_the_symbol_will_do_and_the_symbol_is_saved(string named)
    {
        await using var studio = await Studio.OpenAsync();
        var config = Studio.Config(named);
        config["hypothesis"] = "In market-1 extremes last.";

        var design = await studio.DesignAsync(Studio.Save(config, description: "For market-1 and market-9."));

        var strategy = Studio.Strategy(design);
        Assert.Equal(SampleMarket.Symbol, strategy.Data.Symbol);
        Assert.Equal($"In {SampleMarket.Symbol} extremes last.", strategy.Hypothesis);
        Assert.Equal($"For {SampleMarket.Symbol} and market-9.", strategy.Description);
    }

    [Theory]
    [InlineData("market-3", "1h", "'market-3' is not on hand; there is market-1 1h, market-2 1d")]
    [InlineData("GBPUSD", "1h", "'GBPUSD' is not on hand; there is market-1 1h, market-2 1d")]
    [InlineData("market-1", "1d", "'1d' is not on hand; there is market-1 1h")]
    [InlineData("market-2", "1h", "'1h' is not on hand; there is market-2 1d")]
    public async Task What_is_not_on_hand_is_refused_with_what_is(string market, string timeframe, string told)
    {
        await using var studio = await Studio.OpenAsync();

        await studio.DesignAsync(Studio.Save(Studio.Config(market, timeframe)), Studio.Save(Studio.Config()));

        Assert.Contains(told, studio.Told[0].Text);
        Assert.DoesNotContain(SampleMarket.Symbol, studio.Told[0].Text);
    }

    [Fact]
    public async Task Longer_timeframes_are_made_from_the_one_on_hand()
    {
        await using var studio = await Studio.OpenAsync();
        var config = Studio.Config();
        config["training_data"]!["timeframes"] = new JsonObject
        {
            ["mode"] = "multi_timeframe",
            ["list"] = new JsonArray("1h", "4h"),
            ["base_timeframe"] = "1h",
        };

        var design = await studio.DesignAsync(Studio.Save(config));

        Assert.Equal([Timeframe.H1, Timeframe.H4], Studio.Strategy(design).Data.Timeframes);
    }

    [Fact]
    public async Task Volume_is_refused_where_there_is_none()
    {
        await using var studio = await Studio.OpenAsync();
        var config = Studio.Config();
        config["indicators"]!["flow"] = new JsonObject { ["type"] = "obv" };

        await studio.DesignAsync(Studio.Save(config), Studio.Save(Studio.Config()));

        Assert.Contains("indicators.flow: obv needs volume, which market-1 1h does not have", studio.Told[0].Text);
    }

    [Fact]
    public async Task Days_cannot_be_chosen_by_who_was_shown_none()
    {
        await using var studio = await Studio.OpenAsync();
        var config = Studio.Config();
        config["training_data"]!["start_date"] = "2012-01-01";

        await studio.DesignAsync(Studio.Save(config), Studio.Save(Studio.Config()));

        Assert.Contains("training_data.date_range: the days to learn from are not yours", studio.Told[0].Text);
    }

    [Fact]
    public async Task A_text_with_yaml_is_a_config_too()
    {
        await using var studio = await Studio.OpenAsync();
        var yaml = Archive.StrategyYamlText.Write(
            DocumentNode.From(System.Text.Json.JsonSerializer.SerializeToElement(Studio.Config()))
        );

        var design = await studio.DesignAsync(Studio.Save(JsonValue.Create(yaml)));

        Assert.Equal("calm_owl", Studio.Strategy(design).Name);
    }

    [Fact]
    public async Task A_text_with_json_is_a_config_too()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(Studio.Save(JsonValue.Create(Studio.Config().ToJsonString())));

        Assert.Equal("calm_owl", Studio.Strategy(design).Name);
    }

    [Fact]
    public async Task A_repetition_is_refused_with_its_reason_and_without_a_symbol()
    {
        await using var studio = await Studio.OpenAsync();
        studio.Repeats = strategy =>
            strategy.Name == "twin" ? $"the same as sample_dips on {SampleMarket.Symbol}, which lost" : null;

        var design = await studio.DesignAsync(
            Studio.Save(Studio.Config(), "twin"),
            Studio.Save(Studio.Config(number: 2))
        );

        Assert.Equal("calm_owl", Studio.Strategy(design).Name);
        Assert.True(studio.Told[0].IsError);
        Assert.Contains("the same as market-1_dips on market-1, which lost", studio.Told[0].Text);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a b")]
    [InlineData("NUL")]
    [InlineData("")]
    public async Task A_name_that_is_no_name_is_refused(string name)
    {
        await using var studio = await Studio.OpenAsync();

        await studio.DesignAsync(Studio.Save(Studio.Config(), name), Studio.Save(Studio.Config()));

        Assert.True(studio.Told[0].IsError);
        Assert.Contains("name: ", studio.Told[0].Text);
    }

    [Fact]
    public async Task A_tool_that_is_not_there_is_an_error_that_names_those_that_are()
    {
        await using var studio = await Studio.OpenAsync();

        await studio.DesignAsync(
            Turn.ToolUse("run_shell", new JsonObject { ["command"] = "id" }),
            Studio.Save(Studio.Config())
        );

        Assert.Equal(
            ("1 problem:\n- there is no such tool; there is validate_strategy_config and save_strategy_config", true),
            studio.Told[0]
        );
    }

    [Fact]
    public async Task Calls_side_by_side_are_all_answered()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Studio.Validate(Studio.Config(number: 2)).And(Studio.Save(Studio.Wrong())).AfterThinking("Both at once."),
            Studio.Save(Studio.Config())
        );

        Studio.Strategy(design);
        Assert.Equal([false, true], studio.Told.Select(told => told.IsError));
    }

    [Fact]
    public async Task What_is_called_after_a_save_is_left_alone()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Studio.Save(Studio.Config(), "first").And(Studio.Save(Studio.Config(number: 2), "second"))
        );

        Assert.Equal("first", Studio.Strategy(design).Name);
        Assert.Single(studio.Server.Messages);
    }

    [Fact]
    public async Task A_model_that_writes_instead_of_calling_is_asked_for_the_call()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(
            Turn.Text("I would buy dips.").AfterThinking("Hm."),
            Studio.Save(Studio.Config())
        );

        Studio.Strategy(design);
        Assert.Contains("Call save_strategy_config now", studio.Server.Messages[1].Words);
    }

    [Theory]
    [InlineData("Here:\n```json\n{0}\n```\nGood luck.")]
    [InlineData("{0}")]
    public async Task A_second_text_is_read_as_the_strategy_itself(string text)
    {
        await using var studio = await Studio.OpenAsync();
        var written = text.Replace("{0}", Studio.Config().ToJsonString());

        var design = await studio.DesignAsync(Turn.Text("I would buy dips."), Turn.Text(written));

        Assert.Equal((string?)Studio.Config()["name"], Studio.Strategy(design).Name);
    }

    [Fact]
    public async Task A_second_text_that_is_no_strategy_ends_the_design()
    {
        await using var studio = await Studio.OpenAsync();

        var design = await studio.DesignAsync(Turn.Text("I would buy dips."), Turn.Text("And sell rips."));

        Assert.Equal(OperationStatus.Failed, design.Status);
        Assert.Equal("design_failed", design.Error!.Code);
        Assert.Contains("the text of round 2 is not a strategy", design.Error.Message);
        Assert.DoesNotContain("rips", design.Error.Message);
    }

    [Fact]
    public async Task What_was_bought_before_a_crash_is_not_bought_again()
    {
        await using var studio = await Studio.OpenAsync();
        studio.Server.Enqueue(
            Studio.Validate(Studio.Wrong()).AfterThinking("First."),
            Studio.Save(Studio.Wrong(2)).AfterThinking("Second."),
            Fault.Hang
        );
        var id = await studio.BeginDesignAsync(Studio.Brief);
        await studio.Server.WaitForRequestAsync(3);

        studio.Server.Enqueue(Studio.Save(Studio.Config()));
        await studio.CrashAsync();
        var design = await studio.EndOf(id);

        Studio.Strategy(design);
        Assert.Equal(2, design.Attempt);
        Assert.Equal(4, studio.Server.Messages.Count);
        Assert.Equal(
            (string?)studio.Server.Messages[2].Body["messages"]!.ToJsonString(),
            studio.Server.Messages[3].Body["messages"]!.ToJsonString()
        );
    }
}
