namespace Ktrdr.Core;

/// <summary>A total over all of history that keeps what rounding would lose (A. Neumaier, 1974).</summary>
/// <remarks>A plain sum of 500,000 volumes would drift; this one stays within a rounding of the true total.</remarks>
internal struct RunningTotal
{
    private double _sum;
    private double _lost;

    public readonly double Value => _sum + _lost;

    /// <summary>Adds a value; NaN is passed over.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        var sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
