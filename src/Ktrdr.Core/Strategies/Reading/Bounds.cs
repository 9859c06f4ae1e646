using System.Globalization;

namespace Ktrdr.Core;

/// <summary>The numbers that are allowed at one place of a document.</summary>
internal readonly record struct Bounds(double Low, double High, bool LowExcluded = false, bool HighExcluded = false)
{
    /// <summary>Any finite number.</summary>
    public static Bounds Any { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    public static Bounds AtLeast(double low) => new(low, double.PositiveInfinity);

    public static Bounds Above(double low, double high = double.PositiveInfinity) => new(low, high, LowExcluded: true);

    public bool Contain(double value) =>
        (LowExcluded ? value > Low : value >= Low) && (HighExcluded ? value < High : value <= High);

    /// <summary>What is allowed, and the allowed number nearest to one that is not.</summary>
    public string Correct(double value)
    {
        var nearest = value > Low ? High : Low;
        var excluded = value > Low ? HighExcluded : LowExcluded;
        return excluded || !double.IsFinite(nearest) ? this.ToString() : $"{this}; the nearest is {Show(nearest)}";
    }

    public override string ToString() =>
        (double.IsFinite(Low), double.IsFinite(High)) switch
        {
            (true, true) =>
                $"{(LowExcluded ? "above" : "from")} {Show(Low)} {(HighExcluded ? "to below" : "to")} {Show(High)}",
            (true, false) => $"{(LowExcluded ? "above" : "at least")} {Show(Low)}",
            (false, true) => $"{(HighExcluded ? "below" : "at most")} {Show(High)}",
            _ => "any finite number",
        };

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
