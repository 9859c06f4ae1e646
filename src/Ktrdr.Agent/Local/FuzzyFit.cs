using Ktrdr.Core;

namespace Ktrdr.Agent;

/// <summary>Fits three overlapping fuzzy sets to what a column really shows.</summary>
internal static class FuzzyFit
{
    private const int FewestValues = 100;

    /// <summary>Low, mid and high over the 5th, 25th, 50th, 75th and 95th percentile; the outer ones are closed shoulders.</summary>
    /// <remarks>Neighbours overlap by half and together cover every value, so no input maps to nothing.</remarks>
    /// <param name="values">The column over the training rows only; NaN is passed over.</param>
    /// <param name="output">The column's natural range.</param>
    /// <returns>Null when the column hardly moves or is hardly there.</returns>
    public static IReadOnlyList<Membership>? Sets(ReadOnlySpan<double> values, IndicatorOutput output)
    {
        var known = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                known.Add(value);
            }
        }

        if (known.Count < FewestValues)
        {
            return null;
        }

        known.Sort();
        var least = Math.Max(output.Low, known[0] - (known[^1] - known[0]));
        var most = Math.Min(output.High, known[^1] + (known[^1] - known[0]));
        double[] at = [least, Quantile(0.05), Quantile(0.25), Quantile(0.5), Quantile(0.75), Quantile(0.95), most];
        for (var i = 0; i < at.Length; i++)
        {
            at[i] = Round(at[i]);
        }

        at[0] = Math.Min(at[0], at[1]);
        at[6] = Math.Max(at[6], at[5]);
        return at[1] < at[2] && at[2] < at[3] && at[3] < at[4] && at[4] < at[5]
            ?
            [
                new Membership("low", new MembershipFunction.Trapezoidal(at[0], at[0], at[1], at[3])),
                new Membership("mid", new MembershipFunction.Triangular(at[1], at[3], at[5])),
                new Membership("high", new MembershipFunction.Trapezoidal(at[3], at[5], at[6], at[6])),
            ]
            : null;

        double Quantile(double share) => known[(int)(share * (known.Count - 1))];
    }

    /// <summary>Four significant digits: what a person would write, and enough.</summary>
    private static double Round(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 12);
        return Math.Round(value, digits);
    }
}
