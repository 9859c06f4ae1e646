namespace Ktrdr.Core.Tests;

public sealed class WmaTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Wma.Definition;

    // n = 3, weights 1, 2, 3 of 6: (1 + 2·2 + 3·4)/6 = 17/6; (2 + 2·4 + 3·3)/6 = 19/6.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, double.NaN, 17.0 / 6, 19.0 / 6],
            Over(IndicatorBars.Closes(1, 2, 4, 3), null, ("period", 3))
        );
}
