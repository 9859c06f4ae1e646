using System.Globalization;

namespace Ktrdr.System.Tests;

/// <summary>Where the buckets of every histogram end. A quantile read from buckets is right when it lies in the same bucket as the
/// true one.</summary>
internal sealed class Buckets
{
    private readonly Dictionary<string, double[]> _ends;

    private Buckets(Dictionary<string, double[]> ends) => _ends = ends;

    /// <summary>As Prometheus has scraped them.</summary>
    public static async Task<Buckets> OfAsync(Moment moment) =>
        new(
            (await moment.QueryAsync("""group by (__name__, le) ({__name__=~".+_bucket",le!="+Inf"})"""))
                .GroupBy(series => series.Labels["__name__"][..^"_bucket".Length])
                .ToDictionary(
                    histogram => histogram.Key,
                    histogram =>
                        histogram
                            .Select(series => double.Parse(series.Labels["le"], CultureInfo.InvariantCulture))
                            .Order()
                            .ToArray()
                )
        );

    /// <summary>The end of the largest, beyond which a histogram cannot tell.</summary>
    public double Largest(string histogram) => _ends[histogram][^1];

    /// <summary>Where a quantile of these values may be said to lie: in the bucket of the value that so large a share does not
    /// exceed. Beyond the largest bucket it is said to lie at its end.</summary>
    /// <param name="histogram">The metric.</param>
    /// <param name="share">The share, such as 0.5 for the median.</param>
    /// <param name="values">What was measured.</param>
    /// <param name="slack">By how much each may be off; near the end of a bucket either side will do.</param>
    public (double Least, double Most) Quantile(
        string histogram,
        double share,
        IEnumerable<double> values,
        double slack
    )
    {
        var sorted = values.Order().ToArray();
        var value = sorted[Math.Max(1, (int)Math.Ceiling(share * sorted.Length)) - 1];
        return (Around(_ends[histogram], value - slack).Least, Around(_ends[histogram], value + slack).Most);
    }

    private static (double Least, double Most) Around(double[] ends, double value) =>
        Array.FindIndex(ends, end => value <= end) switch
        {
            < 0 => (ends[^1], ends[^1]),
            0 => (Math.Min(0, ends[0]), ends[0]),
            var bucket => (ends[bucket - 1], ends[bucket]),
        };
}
