namespace Ktrdr.Core.Tests;

public sealed class MembershipFunctionTests
{
    // By hand: (10 − 0)/(20 − 0) = 0.5 going up, (40 − 30)/(40 − 20) = 0.5 going down.
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(10, 0.5)]
    [InlineData(20, 1)]
    [InlineData(30, 0.5)]
    [InlineData(40, 0)]
    public void A_triangle_rises_to_its_peak_and_falls(double value, double degree) =>
        Assert.Equal(degree, new MembershipFunction.Triangular(0, 20, 40).Degree(value), 15);

    [Theory]
    [InlineData(0, 0, 40, 0, 1)]
    [InlineData(0, 0, 40, 10, 0.75)]
    [InlineData(0, 0, 40, -0.001, 0)]
    [InlineData(0, 40, 40, 40, 1)]
    [InlineData(0, 40, 40, 10, 0.25)]
    [InlineData(0, 40, 40, 40.001, 0)]
    [InlineData(5, 5, 5, 5, 1)]
    public void A_triangle_with_two_equal_corners_is_a_shoulder(
        double a,
        double b,
        double c,
        double value,
        double degree
    ) => Assert.Equal(degree, new MembershipFunction.Triangular(a, b, c).Degree(value), 15);

    [Theory]
    [InlineData(55, 0)]
    [InlineData(65, 0.5)]
    [InlineData(75, 1)]
    [InlineData(90, 1)]
    [InlineData(100, 1)]
    [InlineData(100.5, 0)]
    public void A_trapezium_is_one_on_its_plateau_and_at_a_closed_edge(double value, double degree) =>
        Assert.Equal(degree, new MembershipFunction.Trapezoidal(55, 75, 100, 100).Degree(value), 15);

    // exp(−½) and exp(−2), to fifteen places.
    [Theory]
    [InlineData(40, 1)]
    [InlineData(52, 0.606530659712633)]
    [InlineData(28, 0.606530659712633)]
    [InlineData(64, 0.135335283236613)]
    public void A_bell_falls_with_the_square_of_the_distance(double value, double degree) =>
        Assert.Equal(degree, new MembershipFunction.Gaussian(40, 12).Degree(value), 14);

    [Fact]
    public void What_is_not_known_belongs_to_an_unknown_degree()
    {
        Assert.Equal(double.NaN, new MembershipFunction.Triangular(0, 1, 2).Degree(double.NaN));
        Assert.Equal(double.NaN, new MembershipFunction.Trapezoidal(0, 1, 2, 3).Degree(double.NaN));
        Assert.Equal(double.NaN, new MembershipFunction.Gaussian(0, 1).Degree(double.NaN));
    }

    [Fact]
    public void Many_values_get_the_degrees_that_one_at_a_time_would_to_the_last_bit()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            // Corners on a coarse grid, so that many of them coincide and many values lie exactly on one.
            double[] corners = [.. Enumerable.Range(0, 4).Select(_ => (double)random.Next(-5, 6)).Order()];
            double[] values =
            [
                double.NaN,
                double.PositiveInfinity,
                double.NegativeInfinity,
                .. Enumerable.Range(-13, 27).Select(half => half / 2.0),
                .. Enumerable.Range(0, random.Next(40)).Select(_ => (random.NextDouble() * 14) - 7),
            ];
            MembershipFunction[] functions =
            [
                new MembershipFunction.Triangular(corners[0], corners[1], corners[2]),
                new MembershipFunction.Trapezoidal(corners[0], corners[1], corners[2], corners[3]),
                new MembershipFunction.Gaussian(corners[0], 1.5),
            ];
            foreach (var function in functions)
            {
                var degrees = new float[values.Length];
                function.Fill(values, degrees);
                Assert.Equal(Array.ConvertAll(values, value => (float)function.Degree(value)), degrees);
            }
        }
    }
}
