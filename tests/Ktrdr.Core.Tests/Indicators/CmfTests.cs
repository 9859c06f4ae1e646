namespace Ktrdr.Core.Tests;

public sealed class CmfTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Cmf.Definition;

    // n = 2. Multipliers ((9−8)−(10−9))/2 = 0, (3−1)/4 = 0.5, (0−1)/1 = −1, and 0 for the bar without range; times volume
    // 0, 100, −300, 0. So (0 + 100)/300, (100 − 300)/500, (−300 + 0)/350.
    [Theory]
    [InlineData("cmf", new double[] { double.NaN, 1.0 / 3, -0.4, -6.0 / 7 })]
    [InlineData("mf_multiplier", new double[] { 0, 0.5, -1, 0 })]
    [InlineData("mf_volume", new double[] { 0, 100, -300, 0 })]
    public void Matches_the_hand_calculation(string output, double[] expected) =>
        AssertClose(
            expected,
            Over(
                IndicatorBars.Of((10, 8, 9, 100), (12, 8, 11, 200), (11, 10, 10, 300), (10, 10, 10, 50)),
                output,
                ("period", 2)
            )
        );

    [Fact]
    public void Where_nothing_was_traded_it_is_undefined() =>
        Assert.Equal(double.NaN, Over(IndicatorBars.Flat(50, 0))[^1]);
}
