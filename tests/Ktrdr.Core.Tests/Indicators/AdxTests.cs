namespace Ktrdr.Core.Tests;

public sealed class AdxTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Adx.Definition;

    [Fact]
    public void Where_nothing_moved_it_is_0() => Assert.Equal(0, Over(IndicatorBars.Flat(60, 0))[^1]);

    [Fact]
    public void A_straight_rise_is_100() =>
        Assert.Equal(100, Over(IndicatorBars.Of(60, i => (i, i + 1, i - 1, i, 0)))[^1]);
}
