namespace Ktrdr.Core.Tests;

public sealed class IndicatorUseTests
{
    private static readonly Dictionary<string, double> s_noNumbers = [];
    private static readonly Dictionary<string, string> s_noWords = [];

    [Fact]
    public void What_is_not_given_takes_its_default()
    {
        var settings = BollingerBands.Definition.SettingsFrom(
            new Dictionary<string, double> { ["multiplier"] = 2.5 },
            s_noWords
        );
        Assert.Equal((20, 2.5, "close"), (settings.Integer("period"), settings.Number("multiplier"), settings.Source));
    }

    [Fact]
    public void A_word_takes_the_spelling_of_the_catalogue() =>
        Assert.Equal(
            "EMA",
            DistanceFromMa
                .Definition.SettingsFrom(s_noNumbers, new Dictionary<string, string> { ["ma_type"] = "ema" })
                .Choice("ma_type")
        );

    [Theory]
    [InlineData("period", 1, "Parameter 'period' of sma is 1; it must be a whole number from 2 to 500.")]
    [InlineData("period", 501, "Parameter 'period' of sma is 501; it must be a whole number from 2 to 500.")]
    [InlineData("period", 2.5, "Parameter 'period' of sma is 2.5; it must be a whole number from 2 to 500.")]
    [InlineData("period", double.NaN, "Parameter 'period' of sma is NaN; it must be a whole number from 2 to 500.")]
    [InlineData("perido", 20, "sma has no parameter 'perido'. It takes period. Did you mean 'period'?")]
    public void A_number_that_does_not_fit_is_refused_with_what_would(string name, double value, string message) =>
        Assert.StartsWith(
            message,
            Assert
                .Throws<ArgumentException>(() =>
                    Sma.Definition.SettingsFrom(new Dictionary<string, double> { [name] = value }, s_noWords)
                )
                .Message
        );

    [Theory]
    [InlineData(0)]
    [InlineData(10.5)]
    [InlineData(double.PositiveInfinity)]
    public void An_excluded_minimum_is_out_of_range(double multiplier) =>
        Assert.Contains(
            "it must be a number above 0 and up to 10",
            Assert
                .Throws<ArgumentException>(() =>
                    Supertrend.Definition.SettingsFrom(
                        new Dictionary<string, double> { ["multiplier"] = multiplier },
                        s_noWords
                    )
                )
                .Message
        );

    [Theory]
    [InlineData("ma_type", "HULL", "Parameter 'ma_type' of distancefromma is 'HULL'; it must be one of SMA, EMA.")]
    [InlineData("period", "20", "Parameter 'period' of distancefromma takes a number")]
    public void A_word_that_does_not_fit_is_refused_with_what_would(string name, string word, string message) =>
        Assert.StartsWith(
            message,
            Assert
                .Throws<ArgumentException>(() =>
                    DistanceFromMa.Definition.SettingsFrom(
                        s_noNumbers,
                        new Dictionary<string, string> { [name] = word }
                    )
                )
                .Message
        );

    [Fact]
    public void A_source_that_is_no_column_is_refused() =>
        Assert.Contains(
            "Use one of close, open, high, low, volume",
            Assert.Throws<ArgumentException>(() => Sma.Definition.SettingsFrom(s_noNumbers, s_noWords, "hlc3")).Message
        );

    [Fact]
    public void An_indicator_of_fixed_columns_takes_no_source() =>
        Assert.Throws<ArgumentException>(() => Atr.Definition.SettingsFrom(s_noNumbers, s_noWords, "open"));
}
