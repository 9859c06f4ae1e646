namespace Ktrdr.Core.Tests;

public sealed class MacdTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Macd.Definition;

    // Fast 1 is the price itself. Slow 2 (α = 2/3) starts at the mean of 10 and 13, 11.5; then 11.5 + (14.5 − 11.5)·2/3
    // = 13.5 and 13.5 + (12 − 13.5)·2/3 = 12.5. Line: 1.5, 1, −0.5. Signal 2 starts at the mean of 1.5 and 1, 1.25;
    // then 1.25 + (−0.5 − 1.25)·2/3 = 1/12. Histogram: −0.25, −7/12.
    [Theory]
    [InlineData("line", new double[] { double.NaN, 1.5, 1, -0.5 })]
    [InlineData("signal", new double[] { double.NaN, double.NaN, 1.25, 1.0 / 12 })]
    [InlineData("histogram", new double[] { double.NaN, double.NaN, -0.25, -7.0 / 12 })]
    public void Matches_the_hand_calculation(string output, double[] expected) =>
        AssertClose(
            expected,
            Over(
                IndicatorBars.Closes(10, 13, 14.5, 12),
                output,
                ("fast_period", 1),
                ("slow_period", 2),
                ("signal_period", 2)
            )
        );
}
