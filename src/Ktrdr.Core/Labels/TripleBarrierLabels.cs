namespace Ktrdr.Core;

/// <summary>Labels by which of three barriers the price meets first: profit above, stop below, or age.</summary>
/// <remarks>
/// <para><b>Formula.</b> With <c>E</c> the close of bar t and <c>v</c> the volatility at t in price units: upper
/// <c>E + profit·v</c>, lower <c>E − stop·v</c>, judged on bars t+1 to t+H, the same bars that a position decided at t and
/// held for H bars lives through. High at or above the upper first: BUY. Low at or below the lower first: SELL. Both in one
/// bar: BUY when it closes above E, SELL when below, else HOLD. Neither: with <c>r = close[t+H]/E − 1</c>, HOLD when
/// <c>|r| &lt; ½·(v/E)·√H</c>, else its sign.</para>
/// <para><b>Volatility.</b> Wilder's average true range, or the population deviation of the last n close-to-close returns
/// times the close; NaN for the first n bars.</para>
/// <para><b>Source.</b> M. López de Prado, <i>Advances in Financial Machine Learning</i> (2018), chapter 3.</para>
/// <para><b>No label.</b> While the volatility warms up or is zero, and where the data ends before a barrier is met.</para>
/// </remarks>
public static class TripleBarrierLabels
{
    /// <summary>Labels every bar that can be labelled.</summary>
    /// <param name="bars">Bars of the base timeframe.</param>
    /// <param name="rules">Where the barriers stand.</param>
    /// <param name="labels">Receives a <see cref="Signal"/> as a number for each bar, or <see cref="LabelColumn.None"/>.</param>
    /// <param name="lookTo">Receives the last bar each label was read from; the bar itself where there is no label.</param>
    public static void Fill(Bars bars, LabelRules.TripleBarrier rules, Span<int> labels, Span<int> lookTo)
    {
        if (rules is not { ProfitMultiplier: > 0, StopMultiplier: > 0, MaxHoldingBars: >= 1, VolatilitySpan: >= 1 })
        {
            throw new ArgumentException($"Barriers need distances above 0 and spans of at least 1, not {rules}.");
        }

        var volatility = new double[bars.Count];
        if (rules.Volatility == BarrierVolatility.Atr)
        {
            Atr.Fill(bars.High, bars.Low, bars.Close, rules.VolatilitySpan, volatility);
        }
        else
        {
            FillDeviation(bars.Close, rules.VolatilitySpan, volatility);
        }

        var high = bars.High;
        var low = bars.Low;
        var close = bars.Close;
        for (var t = 0; t < close.Length; t++)
        {
            (labels[t], lookTo[t]) =
                volatility[t] > 0 ? Label(high, low, close, t, volatility[t], rules) : (LabelColumn.None, t);
        }
    }

    private static (int Label, int LookTo) Label(
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low,
        ReadOnlySpan<double> close,
        int t,
        double volatility,
        LabelRules.TripleBarrier rules
    )
    {
        var entry = close[t];
        var upper = entry + (rules.ProfitMultiplier * volatility);
        var lower = entry - (rules.StopMultiplier * volatility);
        var end = Math.Min(t + rules.MaxHoldingBars, close.Length - 1);
        for (var i = t + 1; i <= end; i++)
        {
            var (up, down) = (high[i] >= upper, low[i] <= lower);
            if (up || down)
            {
                return (
                    (int)(
                        up == down ? Sign(close[i] - entry)
                        : up ? Signal.Buy
                        : Signal.Sell
                    ),
                    i
                );
            }
        }

        if (end < t + rules.MaxHoldingBars)
        {
            return (LabelColumn.None, t);
        }

        var smallest = 0.5 * (volatility / entry) * Math.Sqrt(rules.MaxHoldingBars);
        var change = (close[end] / entry) - 1;
        return ((int)(Math.Abs(change) < smallest ? Signal.Hold : Sign(change)), end);
    }

    private static Signal Sign(double change) =>
        change > 0 ? Signal.Buy
        : change < 0 ? Signal.Sell
        : Signal.Hold;

    private static void FillDeviation(ReadOnlySpan<double> close, int span, Span<double> volatility)
    {
        volatility[..Math.Min(span, close.Length)].Fill(double.NaN);
        for (var i = span; i < close.Length; i++)
        {
            // Two passes over each window: a running sum of squares would lose the digits that matter.
            double sum = 0,
                squares = 0;
            for (var j = i - span + 1; j <= i; j++)
            {
                sum += (close[j] / close[j - 1]) - 1;
            }

            var mean = sum / span;
            for (var j = i - span + 1; j <= i; j++)
            {
                var off = (close[j] / close[j - 1]) - 1 - mean;
                squares += off * off;
            }

            volatility[i] = close[i] * Math.Sqrt(squares / span);
        }
    }
}
