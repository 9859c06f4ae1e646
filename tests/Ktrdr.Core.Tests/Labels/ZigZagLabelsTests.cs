namespace Ktrdr.Core.Tests;

public sealed class ZigZagLabelsTests
{
    private const int B = (int)Signal.Buy;
    private const int H = (int)Signal.Hold;
    private const int S = (int)Signal.Sell;

    // Threshold 10 %. 100 → 96 is not enough; 106 lies 10.4 % above 96: a leg up from bar 1. It runs to 120 (bar 4);
    // 110 is 8.3 % below; 107 is 10.8 % below: the pivot at bar 4 is final at bar 6. Down to 100 (bar 7);
    // 111 is 11 % above: final at bar 8. The leg up has come to bar 9; bar 10 is after the last pivot.
    private static readonly double[] Close = [100, 96, 106, 112, 120, 110, 107, 100, 111, 115, 113];

    [Fact]
    public void Legs_match_the_hand_calculation()
    {
        var labels = LabelMaker.Label(Scene.Closes(Close), new LabelRules.ZigZag(0.1, 20));

        Assert.Equal([H, H, B, B, H, S, S, H, B, H, H], labels.Classes);
        Assert.Equal([2, 2, 6, 6, 6, 8, 8, 8, 10, 10, 10], labels.LookTo);
    }

    [Fact]
    public void A_first_leg_may_go_down()
    {
        var labels = LabelMaker.Label(Scene.Closes(100, 102, 95, 90, 85, 95), new LabelRules.ZigZag(0.1, 20));

        // 90 lies 11.8 % below 102: a leg down from bar 1, to 85 at bar 4, final at 95, 11.8 % above.
        Assert.Equal([H, H, S, S, H, H], labels.Classes);
        Assert.Equal([3, 3, 5, 5, 5, 5], labels.LookTo);
    }

    [Fact]
    public void A_market_that_never_turns_teaches_nothing()
    {
        var labels = LabelMaker.Label(Scene.Closes(100, 101, 100, 99), new LabelRules.ZigZag(0.1, 20));

        Assert.All(labels.Classes, label => Assert.Equal(H, label));
        Assert.All(labels.LookTo, look => Assert.Equal(3, look));
    }

    [Fact]
    public void A_label_reads_no_bar_beyond_the_one_it_names() =>
        LabelProperties.HoldWhenTheFutureChanges(new LabelRules.ZigZag(0.04, 20));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_threshold_that_is_no_fraction_is_refused(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            LabelMaker.Label(Scene.Closes(1, 2), new LabelRules.ZigZag(threshold, 20))
        );
}
