using Ktrdr.Research;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>A model is chosen by alias or id, and only with a price and a key.</summary>
public sealed class LanguageModelsTests
{
    private static readonly AgentOptions s_keyed = new() { Key = new Secret("sk-planted") };

    [Theory]
    [InlineData(null, "claude-opus-5-5")]
    [InlineData(" ", "claude-opus-5-5")]
    [InlineData("Haiku", "claude-haiku-5-5")]
    [InlineData("claude-sonnet-5-5", "claude-sonnet-5-5")]
    public void An_alias_an_id_or_nothing_chooses_a_model(string? wish, string id) =>
        Assert.Equal(new ModelChoice.Chosen(id), Models(s_keyed).Choose(wish));

    [Fact]
    public void A_name_nobody_has_is_refused_with_the_names_there_are()
    {
        var refusal = Refused(s_keyed, "opsu");

        Assert.Equal("unknown_model", refusal.Code);
        Assert.Equal("There is no model 'opsu'. Did you mean 'opus'?", refusal.Message);
        Assert.Contains("opus, claude-opus-5-5, sonnet, claude-sonnet-5-5, haiku, claude-haiku-5-5", refusal.Next);
    }

    [Fact]
    public void An_id_of_the_provider_without_a_price_is_refused_with_the_way_to_add_one()
    {
        var refusal = Refused(s_keyed, "claude-fable-5-1");

        Assert.Equal("unpriced_model", refusal.Code);
        Assert.Contains("AGENT_PRICES", refusal.Next);
    }

    [Fact]
    public void A_model_is_refused_before_its_first_price()
    {
        var refusal = Refused(s_keyed, "haiku", "2026-10-01T00:00:00Z");

        Assert.Equal("unpriced_model", refusal.Code);
        Assert.Contains("2026-10-07", refusal.Message);
    }

    [Fact]
    public void Without_a_key_the_refusal_names_the_setting_and_the_way_without()
    {
        var refusal = Refused(new AgentOptions(), "opus");

        Assert.Equal("no_api_key", refusal.Code);
        Assert.Contains("ANTHROPIC_API_KEY", refusal.Message);
        Assert.Contains("AGENT_PROVIDER=local", refusal.Next);
        Assert.False(Models(new AgentOptions()).HaveKey);
    }

    [Fact]
    public void The_list_begins_with_the_configured_model()
    {
        var list = Models(s_keyed with { Model = "haiku" }).List();

        Assert.Equal(["claude-haiku-5-5", "claude-opus-5-5", "claude-sonnet-5-5"], list.Select(model => model.Id));
        Assert.Equal([true, false, false], list.Select(model => model.Default));
        Assert.Equal([100_000L, null], list[0].Bands.Select(band => band.UpToPromptTokens));
        Assert.Equal(new DateOnly(2026, 10, 7), list[2].Effective);
    }

    private static LanguageModels Models(AgentOptions options, string now = "2026-11-21T12:00:00Z") =>
        new(options, Prices.Load(null, new FixedTime(now)), estimates: null!); // nothing here asks for one

    private static Refusal Refused(AgentOptions options, string wish, string now = "2026-11-21T12:00:00Z") =>
        Assert.IsType<ModelChoice.Refused>(Models(options, now).Choose(wish)).Refusal;
}
