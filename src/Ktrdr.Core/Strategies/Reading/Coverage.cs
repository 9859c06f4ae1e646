using System.Globalization;

namespace Ktrdr.Core;

/// <summary>Finds stretches of an indicator's range that no membership covers: there, all bars look alike to the network.</summary>
internal static class Coverage
{
    // A bell is taken to end at four deviations, where its degree is 0.0003.
    private const double BellWidth = 4;

    /// <summary>The uncovered stretches within the natural range, or between the first and the last support without one.</summary>
    public static IReadOnlyList<(double From, double To)> DeadZones(FuzzySet set, IndicatorOutput output)
    {
        var supports = set
            .Memberships.Select(membership => Support(membership.Function))
            .OrderBy(s => s.From)
            .ToArray();
        var low = output.Bounded ? output.Low : supports[0].From;
        var high = output.Bounded ? output.High : supports.Max(support => support.To);
        var zones = new List<(double, double)>();
        var reached = low;
        foreach (var (from, to) in supports)
        {
            if (Math.Min(from, high) > reached)
            {
                zones.Add((reached, Math.Min(from, high)));
            }

            reached = Math.Max(reached, to);
        }

        if (reached < high)
        {
            zones.Add((reached, high));
        }

        return zones;
    }

    /// <summary>The stretches as a reader likes them.</summary>
    public static string Show(IReadOnlyList<(double From, double To)> zones) =>
        string.Join(" and ", zones.Select(zone => $"{Show(zone.From)} to {Show(zone.To)}"));

    private static (double From, double To) Support(MembershipFunction function) =>
        function switch
        {
            MembershipFunction.Triangular t => (t.A, t.C),
            MembershipFunction.Trapezoidal t => (t.A, t.D),
            MembershipFunction.Gaussian g => (g.Mean - (BellWidth * g.Deviation), g.Mean + (BellWidth * g.Deviation)),
            _ => throw new ArgumentOutOfRangeException(
                nameof(function),
                function,
                "No support is known of this function."
            ),
        };

    private static string Show(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
