namespace Ktrdr.Core.Tests;

public sealed class VolumeRatioTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => VolumeRatio.Definition;

    // n = 2: 300 against a mean of 200, 0 against 150, and nothing against nothing.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, 1.5, 0, double.NaN],
            Over(IndicatorBars.Of((1, 1, 1, 100), (1, 1, 1, 300), (1, 1, 1, 0), (1, 1, 1, 0)), null, ("period", 2))
        );
}
