using System.Globalization;

namespace Ktrdr.System.Tests;

/// <summary>Where the buckets of every histogram end. A quantile read from buckets is right when it lies in the same bucket as the
/// true one.</summary>
internal sealed class Buckets
{
    private readonly Dictionary<string, double[]> _ends;

    private Buckets(Dictionary<string, double[]> ends) => _ends = ends;

    /// <summary>As Prometheus has scraped them.</summary>
    public static async Task<Buckets> OfAsync(Prometheus prometheus) =>
        new(
            (await prometheus.QueryAsync("""group by (__name__, le) ({__name__=~".+_bucket",le!="+Inf"})"""))
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
    public (double Least, double Most) Quantile(string histogram, double share, IEnumerable<double> values)
    {
        var ends = _ends[histogram];
        var sorted = values.Order().ToArray();
        var value = sorted[Math.Max(1, (int)Math.Ceiling(share * sorted.Length)) - 1];
        var bucket = Array.FindIndex(ends, end => value <= end);
        return bucket switch
        {
            < 0 => (ends[^1], ends[^1]),
            0 => (Math.Min(0, ends[0]), ends[0]),
            _ => (ends[bucket - 1], ends[bucket]),
        };
    }
}
