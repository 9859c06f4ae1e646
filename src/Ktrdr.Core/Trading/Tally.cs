using System.Numerics;

namespace Ktrdr.Core;

/// <summary>Counts what a simulation did, and says what a careful reader should know about it.</summary>
internal static class Tally
{
    private const int Signals = 3;

    // By the place of their bit; the one without a bit is left out.
    private static readonly DecisionFilters[] s_filters = Enum.GetValues<DecisionFilters>()[1..];

    public static SimulationResult Of(
        SimulationInput input,
        DecisionColumns decisions,
        double[] equity,
        List<Trade> trades,
        int barsInMarket,
        int repairedSpreads,
        int lapsedOrders
    )
    {
        var (raw, final) = (new int[3], new int[3]);
        Span<int> filters = stackalloc int[s_filters.Length]; // by the place of the filter's bit
        // Few combinations occur, so they are counted before they are taken apart.
        var combinations = Combinations(decisions);
        for (var combination = 0; combination < combinations.Length; combination++)
        {
            var (met, signal, count) = (combination / Signals, combination % Signals, combinations[combination]);
            raw[signal] += count;
            final[met == 0 ? signal : (int)Signal.Hold] += count;
            for (var left = met; left != 0; left &= left - 1)
            {
                filters[BitOperations.TrailingZeroCount(left)] += count;
            }
        }

        return new SimulationResult
        {
            Trades = trades,
            Decisions = decisions,
            Equity = equity,
            InitialCapital = input.InitialCapital,
            RawSignals = raw,
            FinalSignals = final,
            FilterCounts = Named(filters),
            ExitCounts = ExitCounts(trades),
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

    // How often each signal met each set of filters.
    private static int[] Combinations(DecisionColumns decisions)
    {
        var counts = new int[Signals << s_filters.Length];
        var raw = decisions.Raw;
        var filters = decisions.Filters;
        for (var bar = 0; bar < raw.Length; bar++)
        {
            counts[(Signals * (int)filters[bar]) + (int)raw[bar]]++;
        }

        return counts;
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

    private static Dictionary<string, int> ExitCounts(List<Trade> trades)
    {
        var reasons = Enum.GetValues<ExitReason>();
        Span<int> counts = stackalloc int[reasons.Length];
        foreach (var trade in trades)
        {
            counts[(int)trade.Exit]++;
        }

        var named = new Dictionary<string, int>();
        foreach (var reason in reasons)
        {
            named[reason.ToString()] = counts[(int)reason];
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

        if (FirstRuin(equity) is { } ruin)
        {
            warnings.Add($"The account was ruined: equity was {equity[ruin]:0.##} at traded bar {ruin + 1}.");
        }

        return warnings;
    }

    private static int? FirstRuin(ReadOnlySpan<double> equity)
    {
        for (var bar = 0; bar < equity.Length; bar++)
        {
            if (equity[bar] <= 0)
            {
                return bar;
            }
        }

        return null;
    }
}
