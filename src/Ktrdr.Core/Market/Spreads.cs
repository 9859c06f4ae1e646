namespace Ktrdr.Core;

/// <summary>What a spread usually is.</summary>
public static class Spreads
{
    /// <summary>The median of the valid spreads.</summary>
    /// <remarks>
    /// <para><b>Formula.</b> The middle one of the values that are finite and above 0, in order of size; the mean of the two
    /// middle ones when their number is even.</para>
    /// <para><b>Unit and range.</b> Price units, above 0; NaN when no value is valid.</para>
    /// </remarks>
    public static double Median(ReadOnlySpan<double> spreads)
    {
        var valid = new double[spreads.Length];
        var count = 0;
        foreach (var spread in spreads)
        {
            if (IsValid(spread))
            {
                valid[count++] = spread;
            }
        }

        if (count == 0)
        {
            return double.NaN;
        }

        Array.Sort(valid, 0, count);
        var middle = count / 2;
        return count % 2 == 1 ? valid[middle] : (valid[middle - 1] + valid[middle]) / 2;
    }

    /// <summary>Whether the data said what the spread was: a finite value above 0.</summary>
    public static bool IsValid(double spread) => spread > 0 && double.IsFinite(spread);
}
