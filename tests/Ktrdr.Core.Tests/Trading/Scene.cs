namespace Ktrdr.Core.Tests;

/// <summary>A small market and what is said at each of its closes, for accounts worked by hand.</summary>
internal static class Scene
{
    public const Signal Buy = Signal.Buy;
    public const Signal Hold = Signal.Hold;
    public const Signal Sell = Signal.Sell;

    /// <summary>1 January 2024, a Monday, midnight UTC.</summary>
    public const long Start = 1_704_067_200;

    public static readonly Costs Free = new(false, 0, 0, 0);

    /// <summary>Hourly bars from (open, high, low, close) and, if wanted, spreads and volumes.</summary>
    public static Bars Hourly(
        (double Open, double High, double Low, double Close)[] prices,
        double[]? spread = null,
        double[]? volume = null
    ) =>
        new(
            Timeframe.H1,
            [.. prices.Select((_, i) => Start + (3600L * i))],
            [.. prices.Select(bar => bar.Open)],
            [.. prices.Select(bar => bar.High)],
            [.. prices.Select(bar => bar.Low)],
            [.. prices.Select(bar => bar.Close)],
            volume ?? new double[prices.Length],
            spread
        );

    /// <summary>Bars that open at the close before and range no further than their two ends.</summary>
    public static Bars Closes(params double[] closes) =>
        Hourly([
            .. closes.Select(
                (close, i) =>
                {
                    var open = closes[Math.Max(i - 1, 0)];
                    return (open, Math.Max(open, close), Math.Min(open, close), close);
                }
            ),
        ]);

    public static float[] Say(params Signal[] signals) => SayWith(0.9f, signals);

    public static float[] SayWith(float confidence, params Signal[] signals)
    {
        var probabilities = new float[3 * signals.Length];
        for (var i = 0; i < signals.Length; i++)
        {
            probabilities.AsSpan(3 * i, 3).Fill((1 - confidence) / 2);
            probabilities[(3 * i) + (int)signals[i]] = confidence;
        }

        return probabilities;
    }

    /// <summary>All bars traded, no costs, a quarter of 10,000, exits at the opposite signal, both directions, no waiting.</summary>
    public static SimulationInput Trade(Bars bars, params Signal[] signals) =>
        new()
        {
            Bars = bars,
            First = bars.Count - signals.Length,
            Count = signals.Length,
            Probabilities = Say(signals),
            Decisions = new DecisionRules { AllowShortFromFlat = true, MinimumSignalSeparation = 0 },
            Exits = new ExitRules { Kind = ExitKind.Opposite },
            Costs = Free,
            InitialCapital = 10_000,
        };
}
