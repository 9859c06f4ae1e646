namespace Ktrdr.Core.Tests;

public sealed class WilliamsRTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => WilliamsR.Definition;

    // n = 3. Third bar: highest 12, lowest 8, close 10: −100·2/4. Fourth: highest 13, lowest 9, close 10: −100·3/4.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, double.NaN, -50, -75],
            Over(IndicatorBars.Of((10, 8, 9, 0), (12, 9, 11, 0), (11, 9, 10, 0), (13, 10, 10, 0)), null, ("period", 3))
        );

    [Fact]
    public void Without_a_range_it_is_minus_50() => Assert.Equal(-50, Over(IndicatorBars.Flat(30, 0))[^1]);
}
