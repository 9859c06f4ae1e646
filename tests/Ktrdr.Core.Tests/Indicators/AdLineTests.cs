namespace Ktrdr.Core.Tests;

public sealed class AdLineTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => AdLine.Definition;

    private static readonly Bars s_bars = IndicatorBars.Of(
        (10, 8, 9, 100),
        (12, 8, 11, 200),
        (11, 10, 10, 300),
        (10, 10, 10, 50)
    );

    // Multipliers 0, 0.5, −1 and 0 (no range), times volume 0, 100, −300, 0; added up.
    [Theory]
    [InlineData("line", new double[] { 0, 100, -200, -200 })]
    [InlineData("mf_multiplier", new double[] { 0, 0.5, -1, 0 })]
    [InlineData("mf_volume", new double[] { 0, 100, -300, 0 })]
    public void Matches_the_hand_calculation(string output, double[] expected) =>
        AssertClose(expected, Over(s_bars, output));

    // The line 0, 100, −200, −200 averaged over two bars.
    [Fact]
    public void Smoothed_it_is_the_mean_of_the_line()
    {
        var settings = Definition.SettingsFrom(
            new Dictionary<string, double> { ["smoothing_period"] = 2 },
            new Dictionary<string, string> { ["use_sma_smoothing"] = "true" }
        );
        AssertClose([double.NaN, 50, -50, -200], Definition.Over(s_bars, settings)[0]);
    }
}
