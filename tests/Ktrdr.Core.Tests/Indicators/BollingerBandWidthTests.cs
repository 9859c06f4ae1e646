namespace Ktrdr.Core.Tests;

public sealed class BollingerBandWidthTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => BollingerBandWidth.Definition;

    // n = 2, m = 2. Of 10 and 12: mean 11, population deviation 1, so (13 − 9)/11. Of 12 and 12: 0.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, 4.0 / 11, 0],
            Over(IndicatorBars.Closes(10, 12, 12), null, ("period", 2), ("multiplier", 2))
        );

    [Fact]
    public void Around_nothing_it_is_undefined() =>
        Assert.Equal([double.NaN, double.NaN], Over(IndicatorBars.Closes(0, 0), null, ("period", 2)));
}
