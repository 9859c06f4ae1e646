namespace Ktrdr.Core.Tests;

public sealed class MfiTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Mfi.Definition;

    // n = 2. Typical prices 10, 11, 10.5, 12 with volumes 100, 200, 100, 50: flows +2200, −1050, +600.
    // 100·2200/3250 and 100·600/1650.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, double.NaN, 220_000.0 / 3_250, 60_000.0 / 1_650],
            Over(
                IndicatorBars.Of((10, 10, 10, 100), (12, 10, 11, 200), (11, 10, 10.5, 100), (13, 11, 12, 50)),
                null,
                ("period", 2)
            )
        );

    [Fact]
    public void When_no_money_flowed_down_it_is_100() =>
        Assert.Equal(100, Over(IndicatorBars.Of(20, i => (i, i + 1, i, i + 1, 5)))[^1]);

    [Fact]
    public void When_no_money_flowed_at_all_it_is_undefined() =>
        Assert.Equal(double.NaN, Over(IndicatorBars.Flat(20, 1_000))[^1]);
}
