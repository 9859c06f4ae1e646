namespace Ktrdr.Core.Tests;

public sealed class SupertrendTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Supertrend.Definition;

    // n = 2, m = 1. True ranges 2, 2, 3, 5, 2, 4; ATR from the third bar 2, 2.5, 3.75, 2.875, 3.4375.
    // Bar 3: middle 11, bands 13 and 9; the close 11 is at the middle: a rise, on 9.
    // Bar 4: middle 13; the upper band stays 13 (15.5 is higher), the lower rises to 10.5.
    // Bar 5: middle 10; bands stay 13 and 10.5; the close 9 is below 10.5: a fall, under 13.
    // Bar 6: middle 9; the upper falls to 11.875; the close before passed below the lower, which starts anew at 6.125.
    // Bar 7: middle 12; the upper stays 11.875, the lower rises to 8.5625; the close 12.5 is above: a rise, on 8.5625.
    [Theory]
    [InlineData("trend", new double[] { double.NaN, double.NaN, 9, 10.5, 13, 11.875, 8.5625 })]
    [InlineData("direction", new double[] { double.NaN, double.NaN, 1, 1, -1, -1, 1 })]
    public void Matches_the_hand_calculation(string output, double[] expected) =>
        AssertClose(
            expected,
            Over(
                IndicatorBars.Of(
                    (10, 8, 9, 0),
                    (11, 9, 10, 0),
                    (12, 10, 11, 0),
                    (14, 12, 13, 0),
                    (12, 8, 9, 0),
                    (10, 8, 9, 0),
                    (13, 11, 12.5, 0)
                ),
                output,
                ("period", 2),
                ("multiplier", 1)
            )
        );
}
