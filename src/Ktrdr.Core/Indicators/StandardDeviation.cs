using System.Numerics;

namespace Ktrdr.Core;

/// <summary>The mean of the last n values and their population standard deviation.</summary>
internal static class StandardDeviation
{
    /// <summary><c>Σx/n</c> and <c>√(Σ(x − mean)²/n)</c> over each window; the first n − 1 values are NaN. Over a flat window
    /// the mean is exactly its value and the deviation exactly 0.</summary>
    public static void Fill(ReadOnlySpan<double> source, int period, Span<double> mean, Span<double> deviation)
    {
        Column.MustBeAsLong(source, deviation, nameof(deviation));
        SlidingWindow.Fill<Moments>(source, period, mean, deviation);
    }

    /// <summary>Mean and squared distance from it, joined without cancellation (T. F. Chan et al., 1979).</summary>
    private readonly record struct Moments(Vector<double> Mean, Vector<double> Squares) : IWindowSummary<Moments>
    {
        public static int Parts => 2;

        public static Moments Of(Vector<double> values) => new(values, Vector<double>.Zero);

        public static Moments Join(Moments older, Moments newer, in RunLengths lengths)
        {
            var apart = newer.Mean - older.Mean;
            var step = apart * lengths.NewerShare;
            return new(older.Mean + step, older.Squares + newer.Squares + (apart * step * lengths.Older));
        }

        public static Moments Result(Moments whole, in RunLengths lengths) =>
            whole with
            {
                Squares = Vector.SquareRoot(whole.Squares / lengths.Both),
            };

        public static Moments Load(ref double from, nuint apart) =>
            new(Vector.LoadUnsafe(ref from), Vector.LoadUnsafe(ref from, apart));

        public void Store(ref double to, nuint apart)
        {
            Mean.StoreUnsafe(ref to);
            Squares.StoreUnsafe(ref to, apart);
        }
    }
}
