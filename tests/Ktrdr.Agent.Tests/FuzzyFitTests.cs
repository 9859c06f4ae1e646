using Ktrdr.Core;

namespace Ktrdr.Agent.Tests;

/// <summary>Sets fitted to a column: ordered, overlapping and without a hole.</summary>
public sealed class FuzzyFitTests
{
    private static readonly IndicatorOutput s_bounded = new("value", 0, 100, "points");
    private static readonly IndicatorOutput s_open = new(
        "value",
        double.NegativeInfinity,
        double.PositiveInfinity,
        "percent"
    );

    // A hundred and one values 0, 1, … 100: the q-th percentile is q.
    private static readonly double[] s_ramp = [.. Enumerable.Range(0, 101).Select(value => (double)value)];

    [Fact]
    public void Sets_stand_on_the_percentiles_of_the_column()
    {
        var sets = FuzzyFit.Sets(s_ramp, s_bounded)!;

        Assert.Equal(["low", "mid", "high"], sets.Select(set => set.Name));
        Assert.Equal(new MembershipFunction.Trapezoidal(0, 0, 5, 50), sets[0].Function);
        Assert.Equal(new MembershipFunction.Triangular(5, 50, 95), sets[1].Function);
        Assert.Equal(new MembershipFunction.Trapezoidal(50, 95, 100, 100), sets[2].Function);
    }

    [Fact]
    public void Every_value_belongs_somewhere_and_neighbours_make_one()
    {
        foreach (var output in new[] { s_bounded, s_open })
        {
            var sets = FuzzyFit.Sets(s_ramp, output)!;
            Assert.All(s_ramp, value => Assert.Equal(1, sets.Sum(set => set.Function.Degree(value)), 1e-9));
        }
    }

    [Fact]
    public void A_column_that_never_moves_or_is_hardly_there_has_no_sets()
    {
        Assert.Null(FuzzyFit.Sets(new double[1_000], s_open));
        Assert.Null(FuzzyFit.Sets([.. Enumerable.Repeat(double.NaN, 1_000)], s_open));
        Assert.Null(FuzzyFit.Sets(s_ramp.AsSpan(0, 50), s_open));
    }
}
