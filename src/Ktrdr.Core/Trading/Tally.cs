using System.Numerics;

namespace Ktrdr.Core;

/// <summary>Counts what a simulation did, and says what a careful reader should know about it.</summary>
internal static class Tally
{
    // By the place of their bit; the one without a bit is left out.
    private static readonly DecisionFilters[] s_filters = Enum.GetValues<DecisionFilters>()[1..];

    public static SimulationResult Of(
        SimulationInput input,
        Decision[] decisions,
        double[] equity,
        List<Trade> trades,
        int barsInMarket,
        int repairedSpreads,
        int lapsedOrders
    )
    {
        var (raw, final) = (new int[3], new int[3]);
        Span<int> filters = stackalloc int[s_filters.Length]; // by the place of the filter's bit
        foreach (var decision in decisions)
        {
            raw[(int)decision.Raw]++;
            final[(int)decision.Final]++;
            for (var left = (int)decision.Filters; left != 0; left &= left - 1)
            {
                filters[BitOperations.TrailingZeroCount(left)]++;
            }
        }

        return new SimulationResult
        {
            Trades = trades,
            Decisions = decisions,
            Equity = equity,
            Returns = PerformanceMetrics.ReturnsOf(equity, input.InitialCapital),
            InitialCapital = input.InitialCapital,
            RawSignals = raw,
            FinalSignals = final,
            FilterCounts = Named(filters),
            ExitCounts = Enum.GetValues<ExitReason>()
                .ToDictionary(reason => reason.ToString(), reason => trades.Count(trade => trade.Exit == reason)),
            RepairedSpreads = repairedSpreads,
            Exposure = (double)barsInMarket / equity.Length,
            BarsPerYear = BarsPerYear.Of(input.Bars.Slice(input.First, input.Count)),
            Warnings = Warnings(
                input,
                equity,
                filters[Array.IndexOf(s_filters, DecisionFilters.TooSmall)],
                repairedSpreads,
                lapsedOrders
            ),
        };
    }

    private static Dictionary<string, int> Named(ReadOnlySpan<int> counts)
    {
        var named = new Dictionary<string, int>();
        for (var bit = 0; bit < counts.Length; bit++)
        {
            named[s_filters[bit].ToString()] = counts[bit];
        }

        return named;
    }

    private static List<string> Warnings(
        SimulationInput input,
        double[] equity,
        int tooSmall,
        int repairedSpreads,
        int lapsedOrders
    )
    {
        var warnings = new List<string>();
        if (tooSmall > 0)
        {
            warnings.Add(
                $"{tooSmall} signals found that a single unit costs more than {input.PositionFraction:0.##%} of the cash; raise position_fraction or the capital of {input.InitialCapital:0.##}."
            );
        }

        if (lapsedOrders > 0)
        {
            warnings.Add(
                $"{lapsedOrders} orders lapsed: the open had moved so far from the close that the cash no longer paid for one unit."
            );
        }

        if (repairedSpreads > 0)
        {
            warnings.Add($"{repairedSpreads} of {equity.Length} bars have no usable spread and took the typical one.");
        }

        if (Array.FindIndex(equity, money => money <= 0) is >= 0 and var ruin)
        {
            warnings.Add($"The account was ruined: equity was {equity[ruin]:0.##} at traded bar {ruin + 1}.");
        }

        return warnings;
    }
}
