namespace Ktrdr.Core.Tests;

public sealed class AtrTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Atr.Definition;

    // n = 2. True ranges: none, 2, then the jump from the close 10 up to 14 is 4: mean 3; then 2: 3 + (2 − 3)/2.
    [Fact]
    public void A_jump_between_bars_counts() =>
        AssertClose(
            [double.NaN, double.NaN, 3, 2.5],
            Over(IndicatorBars.Of((10, 8, 9, 0), (11, 9, 10, 0), (14, 13, 13, 0), (14, 12, 13, 0)), null, ("period", 2))
        );
}
