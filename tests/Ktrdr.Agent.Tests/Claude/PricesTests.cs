using Ktrdr.Operations;

namespace Ktrdr.Agent.Tests.Claude;

/// <summary>The table of prices, to the nano-dollar. Expected values are worked out by hand from the provider's price page.</summary>
public sealed class PricesTests : IDisposable
{
    private readonly string _file = Path.Combine(
        Directory.CreateTempSubdirectory("ktrdr-prices-").FullName,
        "prices.json"
    );

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    // 1,234 × 4,000 + 567 × 20,000 + 8,000 × 200 + 2,000 × 5,000 + 100 × 8,000 nano-dollars.
    [Fact]
    public void A_cached_exchange_with_Opus_costs_each_kind_of_token_at_its_own_price() =>
        Assert.Equal(
            new Money(4_936_000 + 11_340_000 + 1_600_000 + 10_000_000 + 800_000),
            Row("opus").Cost(new TokenUsage(1_234, 567, 8_000, 2_000, 100))
        );

    // 100,000 tokens are the first band: 90,000 × 100 + 9,999 × 10 + 1 × 125 + 7 × 500.
    [Fact]
    public void A_prompt_at_the_edge_of_Haikus_first_band_is_still_in_it() =>
        Assert.Equal(
            new Money(9_000_000 + 99_990 + 125 + 3_500),
            Row("haiku").Cost(new TokenUsage(90_000, 7, 9_999, 1))
        );

    // One more, and every token is charged by the second: 90,000 × 500 + 10,000 × 50 + 1 × 625 + 7 × 2,500.
    [Fact]
    public void Beyond_the_edge_the_whole_prompt_and_the_reply_are_charged_by_the_second_band() =>
        Assert.Equal(
            new Money(45_000_000 + 500_000 + 625 + 17_500),
            Row("haiku").Cost(new TokenUsage(90_000, 7, 10_000, 1))
        );

    [Theory]
    [InlineData(100_000, 12_500_000, 500)] // 100,000 × 125
    [InlineData(100_001, 62_500_625, 2_500)] // 100,001 × 625
    public void The_most_a_prompt_can_cost_is_to_be_written_to_the_cache(long tokens, long prompt, long output) =>
        Assert.Equal(new Ceiling(new Money(prompt), new Money(output)), Row("haiku").Most(tokens));

    [Fact]
    public void A_band_that_gets_cheaper_for_larger_prompts_does_not_lower_the_most()
    {
        var row = Load(
                """
                { "models": [ { "id": "m", "aliases": [], "prices": [ { "effective": "2026-01-01", "verified": "2026-01-01",
                  "source": "x", "bands": [
                  { "up_to_prompt_tokens": 1000, "input": 8, "output": 9, "cache_write_5_minutes": 8, "cache_write_1_hour": 8, "cache_read": 8 },
                  { "up_to_prompt_tokens": null, "input": 1, "output": 2, "cache_write_5_minutes": 1, "cache_write_1_hour": 1, "cache_read": 1 } ] } ] } ] }
                """
            )
            .Today("m")!;

        // Only 2,000 are known to be the most; 1,000 would cost 1,000 × 8,000.
        Assert.Equal(new Ceiling(new Money(8_000_000), new Money(9_000)), row.Most(2_000));
    }

    [Theory]
    [InlineData("2026-10-06T23:59:59Z", 200)]
    [InlineData("2026-10-07T00:00:00Z", 100)]
    public void Sonnets_cache_reads_became_cheaper_on_the_seventh_of_October(string now, long nano) =>
        Assert.Equal(
            new Money(nano),
            Prices.Load(null, new FixedTime(now)).Today("sonnet")!.Cost(new TokenUsage(0, 0, CacheRead: 1))
        );

    [Fact]
    public void Before_its_first_price_a_model_has_none() =>
        Assert.Null(Prices.Load(null, new FixedTime("2026-10-06T12:00:00Z")).Today("haiku"));

    [Fact]
    public void The_shipped_table_says_where_and_when_each_price_was_looked_up() =>
        Assert.All(
            Prices.Load(null, TimeProvider.System).Models.SelectMany(model => model.Rows),
            row => Assert.True(row.Source.Length > 0 && row.Verified >= new DateOnly(2026, 11, 1))
        );

    [Fact]
    public void A_file_adds_a_model_and_may_take_over_an_alias()
    {
        var prices = Load(Model("claude-opus-6", "opus", "3"));

        Assert.Equal("claude-opus-6", prices.Find("OPUS")!.Id);
        Assert.Empty(prices.Find("claude-opus-5-5")!.Aliases);
        Assert.Equal(4, prices.Models.Count);
    }

    [Fact]
    public void A_file_replaces_a_model_of_the_same_id()
    {
        var prices = Load(Model("claude-opus-5-5", "opus", "3"));

        Assert.Equal(new Money(3_000), prices.Today("opus")!.Cost(new TokenUsage(1, 0)));
        Assert.Equal(3, prices.Models.Count);
    }

    [Theory]
    [InlineData("{", "is not valid JSON")]
    [InlineData("""{ "models": [ { "id": "m" } ] }""", "m: aliases is missing")]
    [InlineData("""{ "models": [ { "id": "m", "aliases": [], "prices": [] } ] }""", "m: prices is empty")]
    public void A_broken_file_is_refused_with_the_field(string json, string says) => Refused(json, says);

    [Theory]
    [InlineData("-1", "input is -1")]
    [InlineData("0.0001", "input is 0.0001")]
    [InlineData("\"3\"", "input is \"3\"")]
    [InlineData("1e300", "input is 1e300")]
    public void A_price_that_cannot_be_charged_exactly_is_refused(string price, string says) =>
        Refused(Model("m", "x", price), $"m from 2026-01-01: {says}");

    [Theory]
    [InlineData("null", "100")]
    [InlineData("100", "100")]
    [InlineData("200", "100")]
    [InlineData("100", "200")]
    public void Bands_must_grow_and_the_last_be_open(string first, string last) =>
        Refused(
            Model("m", "x", "1").Replace("null", first).Replace("] } ] }", $", {Band("1", last)} ] }} ] }}"),
            "up_to_prompt_tokens"
        );

    [Fact]
    public void A_name_stands_for_one_model() =>
        Refused(
            $$"""{ "models": [ {{Entry("a", "fast", "1")}}, {{Entry("b", "FAST", "1")}} ] }""",
            "the name stands for two models"
        );

    [Fact]
    public void A_field_nobody_knows_is_refused() =>
        Refused(Model("m", "x", "1").Replace("\"cache_read\"", "\"cache_reed\""), "cache_reed means nothing here");

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains(
            "AGENT_PRICES names '/nowhere/prices.json'",
            Assert
                .Throws<InvalidOperationException>(() => Prices.Load("/nowhere/prices.json", TimeProvider.System))
                .Message
        );

    private static PriceRow Row(string name) => Prices.Load(null, new FixedTime("2026-11-21T12:00:00Z")).Today(name)!;

    private Prices Load(string json)
    {
        File.WriteAllText(_file, json);
        return Prices.Load(_file, new FixedTime("2026-11-21T12:00:00Z"));
    }

    private void Refused(string json, string says)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Load(json));
        Assert.Contains(says, refused.Message);
        Assert.Contains(_file, refused.Message);
    }

    private static string Model(string id, string alias, string input) =>
        $$"""{ "models": [ {{Entry(id, alias, input)}} ] }""";

    private static string Entry(string id, string alias, string input) =>
        $$"""
            { "id": "{{id}}", "aliases": ["{{alias}}"], "prices": [ { "effective": "2026-01-01", "verified": "2026-01-02",
              "source": "a test", "bands": [ {{Band(input, "null")}} ] } ] }
            """;

    private static string Band(string input, string upTo) =>
        $$"""
            { "up_to_prompt_tokens": {{upTo}}, "input": {{input}}, "output": 2, "cache_write_5_minutes": 1,
              "cache_write_1_hour": 1, "cache_read": 1 }
            """;
}
