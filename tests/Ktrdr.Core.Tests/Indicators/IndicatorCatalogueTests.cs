namespace Ktrdr.Core.Tests;

public sealed class IndicatorCatalogueTests
{
    private static readonly string[] s_units = ["points", "price", "percent", "units", "ratio"];

    [Fact]
    public void It_holds_these_and_no_others() =>
        Assert.Equal(
            "adline adx aroon atr bollingerbands bollingerbandwidth cci cmf distancefromma ema macd mfi momentum obv "
                + "parabolicsar roc rsi sma stochastic supertrend volumeratio williamsr wma",
            string.Join(' ', IndicatorCatalogue.All.Select(definition => definition.Type))
        );

    [Fact]
    public void Each_indicator_withstands_the_tests_that_all_share()
    {
        var tested = typeof(IndicatorTests)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(IndicatorTests)))
            .Select(type => ((IndicatorTests)Activator.CreateInstance(type)!).Type)
            .Order(StringComparer.Ordinal);
        Assert.Equal(IndicatorCatalogue.All.Select(definition => definition.Type), tested);
    }

    [Fact]
    public void Each_one_says_what_it_is() =>
        Assert.All(
            IndicatorCatalogue.All,
            definition =>
            {
                Assert.Equal(definition.Type.ToLowerInvariant(), definition.Type);
                Assert.NotEmpty(definition.Summary);
                Assert.Contains(definition.Category, IndicatorCatalogue.Categories);
                Assert.NotEmpty(definition.Outputs);
                Assert.Distinct(definition.Outputs.Select(output => output.Name));
                Assert.Distinct(definition.Parameters.Select(parameter => parameter.Name));
                Assert.All(definition.Outputs, output => Assert.True(output.Low < output.High));
                Assert.All(definition.Outputs, output => Assert.Contains(output.Unit, s_units));
                Assert.True(definition.Outputs.Count > 1 || definition.Outputs[0].Name == "value");
                Assert.All(definition.Parameters, parameter => Assert.NotEmpty(parameter.Meaning));
            }
        );

    [Fact]
    public void Every_default_is_allowed() =>
        Assert.All(
            IndicatorCatalogue.All.SelectMany(definition => definition.Parameters),
            parameter =>
                Assert.Null(
                    parameter.Kind == ParameterKind.Choice
                        ? parameter.Refusal(parameter.Choices[0])
                        : parameter.Refusal(parameter.Default)
                )
        );

    [Fact]
    public void The_volume_indicators_say_that_they_need_it() =>
        Assert.Equal(
            ["adline", "cmf", "mfi", "obv", "volumeratio"],
            IndicatorCatalogue.All.Where(definition => definition.NeedsVolume).Select(definition => definition.Type)
        );

    [Theory]
    [InlineData("rsi", "rsi")]
    [InlineData("RSI", "rsi")]
    [InlineData("BBands", "bollingerbands")]
    [InlineData("rsj", null)]
    [InlineData("", null)]
    public void It_finds_a_type_or_an_alias_whatever_the_case(string name, string? type) =>
        Assert.Equal(type, IndicatorCatalogue.Find(name)?.Type);

    [Fact]
    public void A_slip_of_the_pen_is_answered_with_what_was_meant() =>
        Assert.Equal("stochastic", IndicatorCatalogue.Nearest("stochasitc")[0]);

    [Fact]
    public void What_cannot_be_used_has_a_reason_and_is_not_listed()
    {
        Assert.Equal(31, IndicatorCatalogue.All.Count + IndicatorCatalogue.NotYet.Count);
        Assert.All(
            IndicatorCatalogue.NotYet,
            refused =>
            {
                Assert.Null(IndicatorCatalogue.Find(refused.Key));
                Assert.NotEmpty(refused.Value);
            }
        );
        Assert.Contains("repaints", IndicatorCatalogue.NotYet["ZigZag"]);
    }
}
