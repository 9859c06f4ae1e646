namespace Ktrdr.Core.Tests;

public sealed class AroonTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Aroon.Definition;

    // n = 4, five bars to look at. Fifth bar: the highest, 7, is at the second and the fourth; the older counts, three
    // ago, so 100·(4 − 3)/4. The lowest, 3, is one ago: 75. Sixth bar: the old 7 is four ago: 0; the 3 two ago: 50.
    [Theory]
    [InlineData("up", 25, 0)]
    [InlineData("down", 75, 50)]
    [InlineData("oscillator", -50, -50)]
    public void Matches_the_hand_calculation(string output, double fifth, double sixth) =>
        Assert.Equal(
            [double.NaN, double.NaN, double.NaN, double.NaN, fifth, sixth],
            Over(
                IndicatorBars.Of((5, 4, 5, 0), (7, 5, 6, 0), (6, 4, 5, 0), (7, 3, 5, 0), (6, 4, 5, 0), (5, 4, 5, 0)),
                output,
                ("period", 4)
            )
        );
}
