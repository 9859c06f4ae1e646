namespace Ktrdr.Core.Tests;

public sealed class CciTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Cci.Definition;

    [Fact]
    public void Where_the_price_did_not_move_it_is_undefined() =>
        Assert.All(Over(IndicatorBars.Flat(50, 0)), value => Assert.Equal(double.NaN, value));
}
