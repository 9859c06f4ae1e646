namespace Ktrdr.Core;

/// <summary>Labels by the legs of a zigzag: BUY on the way up to a pivot, SELL on the way down.</summary>
/// <remarks>
/// <para><b>Formula.</b> The first leg starts at the lowest (highest) close so far once a close lies
/// <c>threshold</c> above (below) it. A leg's extreme close is its pivot and moves along with it; a close that lies
/// <c>threshold</c> against the leg, as a fraction of that extreme, starts the next leg. Bars strictly between two pivots
/// are BUY when the second is higher, else SELL; pivots are HOLD, and so are the bars before the first and after the last.</para>
/// <para><b>Looks ahead.</b> Always. A bar's label is read up to the bar that made its leg's second pivot final; where none
/// did, up to the last bar. On a random walk such labels partly repeat the past, so their accuracy flatters.</para>
/// </remarks>
public static class ZigZagLabels
{
    /// <summary>Labels every bar.</summary>
    /// <param name="close">Closes.</param>
    /// <param name="threshold">Smallest move that turns a leg, a fraction in (0, 1).</param>
    /// <param name="labels">Receives a <see cref="Signal"/> as a number for each bar.</param>
    /// <param name="lookTo">Receives the last bar each label was read from.</param>
    public static void Fill(ReadOnlySpan<double> close, double threshold, Span<int> labels, Span<int> lookTo)
    {
        if (threshold is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold),
                threshold,
                "A zigzag threshold is a fraction in (0, 1); 1.5 % is 0.015."
            );
        }

        labels.Fill((int)Signal.Hold);
        lookTo.Fill(close.Length - 1);
        var (lowest, highest) = (0, 0);
        var direction = 0;
        var pivot = 0; // where the current leg started
        var extreme = 0; // its furthest close so far: the pivot that moves along
        for (var i = 1; i < close.Length; i++)
        {
            if (direction == 0)
            {
                lowest = close[i] < close[lowest] ? i : lowest;
                highest = close[i] > close[highest] ? i : highest;
                direction =
                    close[i] - close[lowest] >= threshold * close[lowest] ? 1
                    : close[highest] - close[i] >= threshold * close[highest] ? -1
                    : 0;
                if (direction != 0)
                {
                    pivot = direction > 0 ? lowest : highest;
                    extreme = i;
                    lookTo[..(pivot + 1)].Fill(i);
                }
            }
            else if (direction * (close[i] - close[extreme]) > 0)
            {
                extreme = i;
            }
            else if (direction * (close[extreme] - close[i]) >= threshold * close[extreme])
            {
                LabelLeg(labels, pivot, extreme, direction);
                lookTo[(pivot + 1)..(extreme + 1)].Fill(i);
                (pivot, extreme, direction) = (extreme, i, -direction);
            }
        }

        if (direction != 0)
        {
            LabelLeg(labels, pivot, extreme, direction);
        }
    }

    private static void LabelLeg(Span<int> labels, int from, int to, int direction) =>
        labels[(from + 1)..to].Fill((int)(direction > 0 ? Signal.Buy : Signal.Sell));
}
