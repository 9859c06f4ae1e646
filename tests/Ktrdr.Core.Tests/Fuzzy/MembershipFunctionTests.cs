using System.Runtime.Intrinsics;

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
    public void A_bell_is_the_exponential_to_fifteen_digits_and_far_off_it_is_0()
    {
        var bell = new MembershipFunction.Gaussian(0, 1);
        for (var x = -37.0; x <= 37; x += 1.0 / 128)
        {
            var expected = Math.Exp(-0.5 * x * x);
            Assert.Equal(expected, bell.Degree(x), 1e-15 * expected);
        }

        Assert.Equal(0, bell.Degree(38));
        Assert.Equal(0, bell.Degree(double.NegativeInfinity));
    }

    [Fact]
    public void A_bell_has_the_same_bits_at_every_width()
    {
        for (var x = -37.0; x <= 37; x += 1.0 / 128)
        {
            var power = -0.5 * x * x;
            var degree = new MembershipFunction.Gaussian(0, 1).Degree(x);
            Assert.Equal(degree, Vector128.Exp(Vector128.Create(power)).ToScalar());
            Assert.Equal(degree, Vector256.Exp(Vector256.Create(power)).ToScalar());
            Assert.Equal(degree, Vector512.Exp(Vector512.Create(power)).ToScalar());
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    [InlineData(double.NegativeInfinity)]
    public void A_bell_has_the_same_bits_whatever_stands_beside_a_value(double neighbour)
    {
        // Around the middle between two singles, where the last bit of the double decides which of them it becomes.
        var bell = new MembershipFunction.Gaussian(0, 1);
        var values = new List<double>();
        for (var single = 0.1f; single < 0.9f; single += 0.001f)
        {
            var middle = ((double)single + MathF.BitIncrement(single)) / 2;
            var value = Math.Sqrt(-2 * Math.Log(middle));
            for (var step = -8; step <= 8; step++)
            {
                values.AddRange([value + (step * (Math.BitIncrement(value) - value)), neighbour]);
            }
        }

        var degrees = new float[values.Count];
        bell.Fill(values.ToArray(), degrees);
        Assert.Equal(values.Select(value => (float)bell.Degree(value)), degrees);
    }

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
                1e9,
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
