using Ktrdr.Core;

namespace Ktrdr.Core.Tests;

public sealed class BarsHashTests
{
    // Worked out apart: sha256 of "1h 1 6\n", then 3600 as int64 and 1, 2, 0.5, 1.5 and 10 as float64, all little endian.
    [Fact]
    public void Matches_the_hash_worked_out_apart() =>
        Assert.Equal(
            "d80b24e7f06ff3f873d783fd092947cdbf15b9b12a2cdbd3ab7cc0bb70ec48cb",
            BarsHash.Of(new Bars(Timeframe.H1, [3_600], [1], [2], [0.5], [1.5], [10], null))
        );

    [Fact]
    public void Any_value_of_any_column_changes_it()
    {
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        for (var changed = -1; changed < 7; changed++)
        {
            double Value(int column) => column == changed ? 1.5 : 1;
            var time = changed == 0 ? 7_200 : 3_600;
            hashes.Add(
                BarsHash.Of(
                    new Bars(
                        Timeframe.H1,
                        [time],
                        [Value(1)],
                        [Value(2)],
                        [Value(3)],
                        [Value(4)],
                        [Value(5)],
                        [Value(6)]
                    )
                )
            );
        }

        hashes.Add(BarsHash.Of(new Bars(Timeframe.H1, [3_600], [1], [1], [1], [1], [1], null)));
        hashes.Add(BarsHash.Of(new Bars(Timeframe.H4, [3_600], [1], [1], [1], [1], [1], [1])));
        Assert.Equal(10, hashes.Count);
    }

    [Fact]
    public void A_view_has_the_hash_of_its_own_bars()
    {
        var bars = new Bars(Timeframe.H1, [0, 3_600], [9, 1], [9, 2], [9, 0.5], [9, 1.5], [9, 10], null);
        var alone = new Bars(Timeframe.H1, [3_600], [1], [2], [0.5], [1.5], [10], null);
        Assert.Equal(BarsHash.Of(alone), BarsHash.Of(bars.Slice(1, 1)));
    }
}
