namespace Ktrdr.Core.Tests;

public sealed class RsiTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Rsi.Definition;

    // n = 2. Changes +1, −0.5, +1. After two: G = 0.5, L = 0.25, so 100·0.5/0.75.
    // After three: G = (0.5 + 1)/2 = 0.75, L = (0.25 + 0)/2 = 0.125, so 100·0.75/0.875.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, double.NaN, 200.0 / 3, 600.0 / 7],
            Over(IndicatorBars.Closes(10, 11, 10.5, 11.5), null, ("period", 2))
        );

    [Fact]
    public void A_fall_after_a_run_of_rises_lowers_it()
    {
        var rsi = Over(IndicatorBars.Closes(100, 101, 102, 103, 104, 105, 104), null, ("period", 5));
        Assert.True(rsi[^1] < rsi[^2]);
    }

    [Fact]
    public void Without_a_fall_it_is_100() =>
        Assert.Equal([double.NaN, double.NaN, 100, 100], Over(IndicatorBars.Closes(1, 2, 3, 4), null, ("period", 2)));

    [Fact]
    public void Without_movement_it_is_50() =>
        Assert.Equal([double.NaN, double.NaN, 50], Over(IndicatorBars.Closes(7, 7, 7), null, ("period", 2)));
}
