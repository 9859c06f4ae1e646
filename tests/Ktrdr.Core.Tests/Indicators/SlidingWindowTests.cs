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
    public void Sums_are_the_plain_ones() => Agrees(SlidingWindow.Fill<Sum>, window => window.Sum());

    [Fact]
    public void Maxima_are_the_plain_ones() => Agrees(SlidingWindow.Fill<Highest>, window => window.Max());

    [Fact]
    public void Minima_are_the_plain_ones() => Agrees(SlidingWindow.Fill<Lowest>, window => window.Min());

    [Fact]
    public void Weighted_averages_are_the_plain_ones() =>
        Agrees(
            Wma.Fill,
            window => window.Select((value, i) => value * (i + 1)).Sum() / (window.Length * (window.Length + 1) / 2.0)
        );

    [Fact]
    public void Deviations_are_the_plain_ones() =>
        Agrees(
            StandardDeviation.Fill,
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
