using FsCheck;
using FsCheck.Fluent;

namespace Ktrdr.Core.Tests;

/// <summary>The quick way gives what the plain way gives, window by window. Whole numbers, so that sums are exact.</summary>
public sealed class SlidingWindowTests
{
    private static readonly Config s_config = Config
        .QuickThrowOnFailure.WithQuietOnSuccess(true)
        .WithReplay(5, 13)
        .WithMaxTest(300);

    [Fact]
    public void Sums_are_the_plain_ones() => Agrees(FillSums, window => window.Sum());

    [Fact]
    public void Maxima_are_the_plain_ones() => Agrees(SlidingExtremes.Highest, window => window.Max());

    [Fact]
    public void Minima_are_the_plain_ones() => Agrees(SlidingExtremes.Lowest, window => window.Min());

    [Fact]
    public void Weighted_averages_are_the_plain_ones() =>
        Agrees(
            Wma.Fill,
            window => window.Select((value, i) => value * (i + 1)).Sum() / (window.Length * (window.Length + 1) / 2.0)
        );

    [Fact]
    public void Deviations_are_the_plain_ones() =>
        Agrees(
            (values, period, result) => StandardDeviation.Fill(values, period, new double[values.Length], result),
            window => Math.Sqrt(window.Select(value => Math.Pow(value - window.Average(), 2)).Average()),
            tolerance: 1e-9
        );

    [Fact]
    public void A_missing_value_is_missing_from_its_own_windows_only()
    {
        double[] values = [1, 2, double.NaN, 4, 5, 6, 7];
        var sums = new double[values.Length];
        SlidingWindow.Fill<Sum>(values, 3, sums);
        Assert.Equal([double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 15, 18], sums);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(64)]
    [InlineData(500)]
    public void Extremes_of_a_long_column_are_the_plain_ones_wherever_a_block_ends(int period)
    {
        var random = new Random(period);
        var values = Enumerable.Range(0, 5_000).Select(_ => Math.Round(random.NextDouble(), 2)).ToArray();
        values[2_047] = double.NaN;
        var (highest, lowest) = (new double[values.Length], new double[values.Length]);

        SlidingExtremes.Highest(values, period, highest);
        SlidingExtremes.Lowest(values, period, lowest);

        for (var i = period - 1; i < values.Length; i++)
        {
            var window = values[(i - period + 1)..(i + 1)];
            var missing = window.Any(double.IsNaN);
            Assert.Equal(missing ? double.NaN : window.Max(), highest[i]);
            Assert.Equal(missing ? double.NaN : window.Min(), lowest[i]);
        }

        Assert.All(highest[..(period - 1)].Concat(lowest[..(period - 1)]), value => Assert.Equal(double.NaN, value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(200)]
    public void Tiny_moves_on_a_far_off_level_keep_their_deviation_to_the_end_of_a_long_column(int period)
    {
        // Steps of 2⁻²⁰ from a million up are exact, so the same moves around zero have the same deviation, and whole
        // numbers of steps have one that can be worked out exactly.
        var random = new Random(period);
        var steps = Enumerable.Range(0, 5_000).Select(_ => random.Next(-100, 101)).ToArray();
        var values = Array.ConvertAll(steps, step => 1e6 + (step * Math.Pow(2, -20)));
        var (means, deviations) = (new double[values.Length], new double[values.Length]);

        StandardDeviation.Fill(values, period, means, deviations);

        for (var i = period - 1; i < values.Length; i++)
        {
            var window = steps[(i - period + 1)..(i + 1)];
            var mean = (double)window.Sum() / period;
            var deviation = Math.Sqrt(window.Sum(step => (step - mean) * (step - mean)) / period);
            Assert.Equal(1e6 + (mean * Math.Pow(2, -20)), means[i], 1e-9);
            Assert.Equal(deviation * Math.Pow(2, -20), deviations[i], 1e-9);
        }
    }

    [Fact]
    public void Over_a_window_that_never_moves_the_mean_is_its_value_and_the_deviation_exactly_0()
    {
        var values = Enumerable.Repeat(1.1, 2_500).ToArray();
        var (means, deviations) = (new double[values.Length], new double[values.Length]);
        for (var period = 1; period < 50; period++)
        {
            StandardDeviation.Fill(values, period, means, deviations);
            Assert.All(means[(period - 1)..], mean => Assert.Equal(1.1, mean));
            Assert.All(deviations[(period - 1)..], deviation => Assert.Equal(0, deviation));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(500)]
    public void A_window_has_the_same_bits_wherever_it_lies(int period)
    {
        var random = new Random(period);
        var values = Enumerable.Range(0, 4_000).Select(_ => random.NextDouble()).ToArray();
        var whole = new double[values.Length];
        SlidingWindow.Fill<Sum>(values, period, whole);
        foreach (var start in new[] { 1, 2, 3, 1_021, 2_000 })
        {
            var later = new double[values.Length - start];
            SlidingWindow.Fill<Sum>(values.AsSpan(start), period, later);
            Assert.Equal(whole[(start + period - 1)..], later[(period - 1)..]);
        }
    }

    private static void FillSums(ReadOnlySpan<double> values, int period, Span<double> result) =>
        SlidingWindow.Fill<Sum>(values, period, result);

    private delegate void Filling(ReadOnlySpan<double> values, int period, Span<double> result);

    private static void Agrees(Filling quick, Func<double[], double> plain, double tolerance = 0) =>
        Prop.ForAll<int[], PositiveInt>(
                (numbers, chosen) =>
                {
                    var period = 1 + (chosen.Get % 12);
                    var values = numbers.Select(number => (double)number).ToArray();
                    var result = new double[values.Length];
                    quick(values, period, result);
                    return result
                        .Select(
                            (value, i) =>
                                i < period - 1
                                    ? double.IsNaN(value)
                                    : Math.Abs(value - plain(values[(i - period + 1)..(i + 1)])) <= tolerance
                        )
                        .All(right => right);
                }
            )
            .Check(s_config);
}
