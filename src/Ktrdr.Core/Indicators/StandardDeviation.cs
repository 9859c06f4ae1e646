namespace Ktrdr.Core;

/// <summary>The population standard deviation of the last n values.</summary>
internal static class StandardDeviation
{
    /// <summary><c>√(Σ(x − mean)²/n)</c> over each window; the first n − 1 values are NaN, a flat window is exactly 0.</summary>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> deviation) =>
        SlidingWindow.Fill<Moments>(source, period, deviation);

    /// <summary>Count, mean and squared distance from it, joined without cancellation (T. F. Chan et al., 1979).</summary>
    private readonly record struct Moments(int Count, double Mean, double Squares) : IWindowSummary<Moments>
    {
        public static Moments Of(double value, int index) => new(1, value, 0);

        public static Moments Join(Moments older, Moments newer)
        {
            var count = older.Count + newer.Count;
            var apart = newer.Mean - older.Mean;
            var share = (double)newer.Count / count;
            return new(
                count,
                older.Mean + (apart * share),
                older.Squares + newer.Squares + (apart * apart * older.Count * share)
            );
        }

        public double Result(int index) => Math.Sqrt(Squares / Count);
    }
}
