namespace Ktrdr.Core.Tests;

public sealed class ChronologicalSplitTests
{
    [Fact]
    public void Rows_are_cut_in_the_order_of_time_and_purged_at_both_borders()
    {
        // Ten rows at bars 5 to 14. Borders at bar 11 (6 rows before) and bar 13 (8 rows before).
        int[] rows = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
        int[] lookTo = [0, 0, 0, 0, 0, 6, 7, 11, 9, 10, 14, 12, 13, 15, 16];

        var split = ChronologicalSplit.Cut(rows, lookTo, 0.6, 0.2, 0.2);

        Assert.Equal([5, 6, 8, 9], split.Training); // 7 looked to bar 11, 10 to bar 14
        Assert.Equal([11], split.Validation); // 12 looked to bar 13
        Assert.Equal([13, 14], split.Test);
        Assert.Equal(3, split.Purged);
    }

    [Fact]
    public void No_row_learns_from_a_bar_of_a_later_part()
    {
        RandomMarkets.Check(input =>
        {
            var labels = LabelMaker.Label(
                input.Bars,
                new LabelRules.TripleBarrier(2, 1.5, 8, 6, BarrierVolatility.Atr)
            );
            int[] rows = [.. Enumerable.Range(0, input.Bars.Count).Where(i => labels.Classes[i] != LabelColumn.None)];

            var split = ChronologicalSplit.Cut(rows, labels.LookTo, 0.7, 0.15, 0.15);

            Assert.True(split.Training.Length > 0 && split.Test.Length > 0, "nothing was split");
            Assert.All(split.Training, row => Assert.True(labels.LookTo[row] < split.Test[0]));
            Assert.All(
                split.Validation,
                row => Assert.True(row > split.Training[^1] && labels.LookTo[row] < split.Test[0])
            );
            Assert.Equal(
                rows.Length,
                split.Training.Length + split.Validation.Length + split.Test.Length + split.Purged
            );
        });
    }

    [Theory]
    [InlineData(0.7, 0.3, 0.3)]
    [InlineData(1, 0, 0)]
    [InlineData(double.NaN, 0.5, 0.5)]
    public void Shares_that_do_not_make_one_are_refused(double train, double validation, double test) =>
        Assert.Throws<ArgumentException>(() => ChronologicalSplit.Cut([0, 1], [0, 1], train, validation, test));
}
