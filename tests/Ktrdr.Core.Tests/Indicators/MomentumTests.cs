namespace Ktrdr.Core.Tests;

public sealed class MomentumTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Momentum.Definition;

    // n = 2: 9 − 10 and 12 − 11.
    [Fact]
    public void Matches_the_hand_calculation() =>
        Assert.Equal([double.NaN, double.NaN, -1, 1], Over(IndicatorBars.Closes(10, 11, 9, 12), null, ("period", 2)));
}
