using Ktrdr.Operations;

namespace Ktrdr.Research.Tests;

/// <summary>Who designs and assesses: decided by the setting, the wish and whether there is a key.</summary>
public sealed class AuthorTests
{
    [Theory]
    [InlineData("auto", null, true, "anthropic", "claude-opus-5-5")]
    [InlineData("auto", null, false, "local", "local")]
    [InlineData("auto", "sonnet", true, "anthropic", "claude-sonnet-5-5")]
    [InlineData("auto", "local", true, "local", "local")]
    [InlineData("auto", "local", false, "local", "local")]
    [InlineData("anthropic", null, true, "anthropic", "claude-opus-5-5")]
    [InlineData("anthropic", "claude-sonnet-5-5", true, "anthropic", "claude-sonnet-5-5")]
    [InlineData("anthropic", "local", false, "local", "local")]
    [InlineData("local", null, true, "local", "local")]
    [InlineData("local", "local", true, "local", "local")]
    [InlineData("scripted", null, true, "scripted", "scripted")]
    [InlineData("scripted", "scripted", false, "scripted", "scripted")]
    public void The_setting_the_wish_and_the_key_decide(
        string setting,
        string? wish,
        bool key,
        string provider,
        string model
    ) => Assert.Equal((new Author(provider, model), null), Author.Choose(setting, wish, new TwoModels(key)));

    [Theory]
    [InlineData("auto", "sonnet", false, "no_api_key")]
    [InlineData("auto", "gpt", true, "unknown_model")]
    [InlineData("anthropic", null, false, "no_api_key")]
    [InlineData("anthropic", "sonnet", false, "no_api_key")]
    [InlineData("anthropic", "gpt", false, "unknown_model")]
    [InlineData("local", "opus", true, "unknown_model")]
    [InlineData("scripted", "opus", true, "unknown_model")]
    [InlineData("scripted", "local", true, "unknown_model")]
    public void What_cannot_be_had_is_refused_with_its_code(string setting, string? wish, bool key, string code)
    {
        var (author, refusal) = Author.Choose(setting, wish, new TwoModels(key));

        Assert.Null(author);
        Assert.Equal(code, refusal!.Code);
    }

    [Fact]
    public void Who_wishes_for_Claude_where_the_setting_says_local_is_told_which_setting_to_change()
    {
        var (_, refusal) = Author.Choose("local", "opus", new TwoModels(key: true));

        Assert.Equal("There is no model 'opus' for the provider 'local'.", refusal!.Message);
        Assert.Contains("AGENT_PROVIDER=anthropic", refusal.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", true, FindingLevel.Ok, "there is one; claude-opus-5-5 designs and assesses")]
    [InlineData("auto", false, FindingLevel.Ok, "none; the built-in designer and assessor work, which need none")]
    [InlineData("anthropic", false, FindingLevel.Wrong, "none")]
    [InlineData(
        "local",
        true,
        FindingLevel.Ok,
        "there is one; the built-in designer and assessor work, which need none"
    )]
    [InlineData("scripted", false, FindingLevel.Warning, "none; fixed answers stand in for designer and assessor")]
    public void Whoever_asks_is_told_who_would_work_and_whether_a_trigger_would_be_refused(
        string setting,
        bool key,
        FindingLevel level,
        string value
    )
    {
        var finding = AuthorCheck.Of(new ResearchOptions { Provider = setting }, new TwoModels(key));

        Assert.Equal((level, value), (finding.Level, finding.Value));
        Assert.Equal(level == FindingLevel.Ok, finding.Fix is null);
    }

    /// <summary>Two models under their aliases, with or without a key.</summary>
    private sealed class TwoModels(bool key) : ILanguageModels
    {
        public bool HaveKey => key;

        public ModelChoice Choose(string? wish) =>
            wish switch
            {
                not (null or "opus" or "sonnet" or "claude-opus-5-5" or "claude-sonnet-5-5") => Refused(
                    "unknown_model"
                ),
                _ when !key => Refused("no_api_key"),
                null or "opus" or "claude-opus-5-5" => new ModelChoice.Chosen("claude-opus-5-5"),
                _ => new ModelChoice.Chosen("claude-sonnet-5-5"),
            };

        public IReadOnlyList<PricedModel> List() => [];

        public Task<CycleEstimate> EstimateAsync(DesignBrief brief, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Nobody asks this list what a cycle costs.");

        private static ModelChoice.Refused Refused(string code) => new(new Refusal(code, "No.", "Another."));
    }
}
