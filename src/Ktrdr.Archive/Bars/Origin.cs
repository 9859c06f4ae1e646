using System.Text.RegularExpressions;
using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>What a file is taken for: the kind of instrument, why, and what follows for its prices and times.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Reason">Why this kind.</param>
/// <param name="PriceScale">What its prices are divided by: LEAN keeps shares in ten-thousandths.</param>
/// <param name="TimeZone">The zone that LEAN's own rules give its times, or null.</param>
/// <param name="Format">What the file is, in words.</param>
internal sealed partial record Origin(
    InstrumentKind Kind,
    string Reason,
    double PriceScale,
    string? TimeZone,
    string Format
)
{
    private const double SharesPerPrice = 10_000;

    public static Origin Of(RowLayout layout, string file, ImportOptions options)
    {
        var path = LeanPath().Match(Path.GetFullPath(file).Replace('\\', '/'));
        var (kind, reason) =
            options.Kind is { } told ? (told, "named with --kind")
            : path.Success
                ? (
                    Enum.Parse<InstrumentKind>(path.Groups["kind"].Value, ignoreCase: true),
                    "the LEAN folder it lies in"
                )
            : layout.Ask is not null ? (InstrumentKind.Forex, "the file has quotes")
            : layout.Spread >= 0 ? (InstrumentKind.Forex, "the file has a spread column")
            : (InstrumentKind.Equity, "nothing in the file says otherwise; use --kind if it is something else");
        if (!layout.Lean)
        {
            return new Origin(kind, reason, 1, null, "CSV");
        }

        var isEquity = kind == InstrumentKind.Equity;
        var isAmerican = !path.Success || path.Groups["market"].Value == "usa";
        var zone =
            !isEquity ? "UTC"
            : isAmerican ? "America/New_York"
            : null;
        return layout.Ask is not null
            ? new Origin(kind, reason, isEquity ? SharesPerPrice : 1, zone, "LEAN quotes")
            : new Origin(kind, reason, isEquity ? SharesPerPrice : 1, zone, "LEAN trades");
    }

    [GeneratedRegex(
        "/(?<kind>forex|equity|cfd|crypto)/(?<market>[^/]+)/(tick|second|minute|hour|daily)/",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex LeanPath();
}
