using System.Globalization;

namespace Ktrdr.Research;

/// <summary>How a figure is written in a gate's reason.</summary>
internal enum Figure
{
    /// <summary>As it is: 0.9.</summary>
    Plain,

    /// <summary>A fraction as a percentage: 0.385 is 38.5%.</summary>
    Percent,
}

/// <summary>Makes checks and puts the contract's words to those that fail.</summary>
internal static class GateCheck
{
    public static Check AtLeast(string name, double value, double bound, Figure figure, string reason) =>
        Make(name, value, bound, atLeast: true, value >= bound, figure, reason);

    public static Check AtMost(string name, double value, double bound, Figure figure, string reason) =>
        Make(name, value, bound, atLeast: false, value <= bound, figure, reason);

    private static Check Make(
        string name,
        double value,
        double bound,
        bool atLeast,
        bool passed,
        Figure figure,
        string reason
    )
    {
        // Written so that NaN, for which every comparison is false, has not passed.
        var words =
            passed ? ""
            : double.IsNaN(value) ? $"{name}_missing"
            : $"{reason} ({Sides(value, atLeast ? '<' : '>', bound, figure)})";
        return new Check(name, value, bound, atLeast, passed, words);
    }

    /// <summary>Both sides with as few digits as tell them apart, trailing zeros trimmed.</summary>
    private static string Sides(double value, char sign, double bound, Figure figure)
    {
        for (var digits = figure is Figure.Percent ? 1 : 2; ; digits++)
        {
            var (left, right) = (Write(value, figure, digits), Write(bound, figure, digits));
            if (left != right || digits >= 15)
            {
                return $"{left} {sign} {right}";
            }
        }
    }

    private static string Write(double value, Figure figure, int digits)
    {
        var format = "0." + new string('#', digits);
        return figure is Figure.Percent
            ? (value * 100).ToString(format, CultureInfo.InvariantCulture) + "%"
            : value.ToString(format, CultureInfo.InvariantCulture);
    }
}
