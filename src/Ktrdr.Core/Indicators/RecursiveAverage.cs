using System.Runtime.CompilerServices;

namespace Ktrdr.Core;

/// <summary>
/// A recursive average: the plain mean of its first n values, then <c>avg += (x − avg)·weight</c> for each further one.
/// </summary>
/// <remarks>A NaN is passed over: its own value is NaN, and the average goes on from where it stood.</remarks>
internal struct RecursiveAverage
{
    private readonly int _period;
    private readonly double _weight;
    private double _average;
    private int _count;

    private RecursiveAverage(int period, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        (_period, _weight) = (period, weight);
    }

    /// <summary>J. W. Wilder's average (1978): each value counts 1/n.</summary>
    public static RecursiveAverage Wilder(int period) => new(period, 1.0 / period);

    /// <summary>The exponential average: each value counts 2/(n + 1).</summary>
    public static RecursiveAverage Exponential(int period) => new(period, 2.0 / (period + 1.0));

    /// <summary>Takes one value and gives the average, NaN until n values are in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that it lives in registers all through a loop over bars
    public double Add(double value)
    {
        if (double.IsNaN(value))
        {
            return double.NaN;
        }

        if (_count < _period)
        {
            _count++;
            _average += (value - _average) / _count;
            return _count < _period ? double.NaN : _average;
        }

        return _average += (value - _average) * _weight;
    }
}
