namespace Ktrdr.Core.Tests;

public sealed class StochasticTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Stochastic.Definition;

    [Fact]
    public void Without_a_range_it_is_50() => Assert.Equal(50, Over(IndicatorBars.Flat(30, 0))[^1]);

    [Fact]
    public void A_close_at_the_highest_high_is_100() =>
        Assert.Equal(
            [double.NaN, 100],
            Over(IndicatorBars.Of((3, 1, 2, 0), (4, 2, 4, 0)), null, ("k_period", 2), ("smooth_k", 1))
        );
}
