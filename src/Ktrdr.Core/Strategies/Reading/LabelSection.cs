using System.Globalization;

namespace Ktrdr.Core;

/// <summary>Reads <c>training.labels</c> and <c>exits</c>, which follows from them.</summary>
internal static class LabelSection
{
    private const int MostBars = 1_000_000;
    private const double LargestMultiplier = 1_000;
    private const double UnusualThreshold = 0.10;

    public static readonly (string, BarrierVolatility)[] Volatilities =
    [
        ("atr", BarrierVolatility.Atr),
        ("close", BarrierVolatility.Close),
    ];

    public static readonly (string, ExitKind)[] ExitKinds =
    [
        ("opposite", ExitKind.Opposite),
        ("barriers", ExitKind.Barriers),
        ("horizon", ExitKind.Horizon),
    ];

    private enum Source
    {
        ZigZag,
        TripleBarrier,
    }

    public static LabelRules Read(Section section)
    {
        const string Instead = "triple_barrier and zigzag are";
        var source = section
            .Need("source", "triple_barrier")
            ?.Word(
                [("zigzag", Source.ZigZag), ("triple_barrier", Source.TripleBarrier)],
                ("zigzag_extremes", Instead),
                ("forward_return", Instead),
                ("regime", Instead),
                ("context", Instead)
            );
        return source switch
        {
            Source.ZigZag => ZigZag(section),
            Source.TripleBarrier => TripleBarrier(section),
            _ => Unknown(section),
        };
    }

    /// <summary>The exits of a document, or those that its labels call for.</summary>
    public static ExitRules ReadExits(Section? section, LabelRules labels)
    {
        var own = labels is LabelRules.TripleBarrier barrier
            ? new ExitRules
            {
                Kind = ExitKind.Barriers,
                TakeProfitAtr = barrier.ProfitMultiplier,
                StopAtr = barrier.StopMultiplier,
                AtrPeriod = barrier.VolatilitySpan,
                MaxBars = barrier.MaxHoldingBars,
            }
            : new ExitRules { Kind = ExitKind.Opposite };
        if (section is null)
        {
            return own;
        }

        var kind = section.Take("type")?.Word(ExitKinds) ?? own.Kind;
        var distance = Bounds.Above(0, LargestMultiplier);
        var read = kind switch
        {
            ExitKind.Barriers => new ExitRules
            {
                Kind = kind,
                TakeProfitAtr = section.Take("take_profit_atr")?.Number(distance) ?? own.TakeProfitAtr,
                StopAtr = section.Take("stop_atr")?.Number(distance) ?? own.StopAtr,
                AtrPeriod = section.Take("atr_period")?.Integer(new Bounds(1, MostBars)) ?? own.AtrPeriod,
                MaxBars = section.Take("max_bars")?.Integer(new Bounds(1, MostBars)) ?? own.MaxBars,
            },
            ExitKind.Horizon => new ExitRules
            {
                Kind = kind,
                MaxBars = section.Take("max_bars")?.Integer(new Bounds(1, MostBars)) ?? own.MaxBars,
            },
            _ => new ExitRules { Kind = kind },
        };
        section.Close();
        return read;
    }

    private static LabelRules.ZigZag ZigZag(Section section)
    {
        var given = section.Take("zigzag_threshold");
        var threshold = given is null ? StrategyDefaults.ZigZagThreshold : Threshold(given);
        var lookahead = section.Take("label_lookahead")?.Integer(new Bounds(1, MostBars));
        return new LabelRules.ZigZag(threshold, lookahead ?? StrategyDefaults.LabelLookahead);
    }

    private static double Threshold(Value given)
    {
        if (given.Number(Bounds.Any) is not { } threshold)
        {
            return StrategyDefaults.ZigZagThreshold;
        }

        if (threshold is > 0 and < 1)
        {
            if (threshold > UnusualThreshold)
            {
                given.Warn(
                    $"{Show(threshold)} asks for moves of {Show(threshold * 100)} %; hourly forex turns near 0.015"
                );
            }

            return threshold;
        }

        var meant = threshold is >= 1 and < 100 ? $"; did you mean {Show(threshold / 100)}?" : "";
        given.Refuse(
            $"{Show(threshold)} is out of range; allowed is above 0 to below 1, a fraction of the price{meant}"
        );
        return StrategyDefaults.ZigZagThreshold;
    }

    private static LabelRules.TripleBarrier TripleBarrier(Section section)
    {
        var distance = Bounds.Above(0, LargestMultiplier);
        var bars = new Bounds(1, MostBars);
        foreach (var key in new[] { "cusum", "cusum_threshold", "uniqueness_weights" })
        {
            section.NotYet(key, "every bar is labelled and weighs the same; leave it out");
        }

        return new LabelRules.TripleBarrier(
            section.Take("pt_multiplier")?.Number(distance) ?? StrategyDefaults.ProfitMultiplier,
            section.Take("sl_multiplier")?.Number(distance) ?? StrategyDefaults.StopMultiplier,
            section.Take("max_holding_period")?.Integer(bars) ?? StrategyDefaults.MaximumBars,
            section.Take("vol_span")?.Integer(bars) ?? StrategyDefaults.VolatilitySpan,
            section.Take("vol_method")?.Word(Volatilities) ?? StrategyDefaults.Volatility
        );
    }

    // The source was refused; its parameters cannot be judged, and each as an unknown key would only be noise.
    private static LabelRules.ZigZag Unknown(Section section)
    {
        foreach (var key in section.Keys)
        {
            section.Take(key);
        }

        return new LabelRules.ZigZag(StrategyDefaults.ZigZagThreshold, StrategyDefaults.LabelLookahead);
    }

    private static string Show(double number) => Math.Round(number, 10).ToString("R", CultureInfo.InvariantCulture);
}
