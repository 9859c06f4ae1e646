using Ktrdr.Core;

namespace Ktrdr.Core.Tests;

public sealed class SpreadsTests
{
    [Fact]
    public void The_median_is_of_the_valid_spreads_only() =>
        Assert.Equal(3, Spreads.Median([5, 0, -1, double.NaN, 1, 3, double.PositiveInfinity]));

    [Fact]
    public void Two_in_the_middle_share_it() => Assert.Equal(2.5, Spreads.Median([4, 1, 2, 3]));

    [Fact]
    public void Without_a_valid_one_there_is_none()
    {
        Assert.Equal(double.NaN, Spreads.Median([]));
        Assert.Equal(double.NaN, Spreads.Median([0, -1, double.NaN]));
    }
}
