namespace Ktrdr.Core;

/// <summary>A position that has not closed yet.</summary>
internal struct OpenPosition
{
    /// <summary>1 for a long position, −1 for a short one.</summary>
    public required double Direction { get; init; }

    public required EntryOrder Order { get; init; }
    public required int EntryBar { get; init; }
    public required double Quantity { get; init; }
    public required double EntryMid { get; init; }
    public required double EntryPrice { get; init; }
    public required double Commission { get; init; }
    public required double SpreadCost { get; init; }

    /// <summary>Mid price of the stop; NaN for none, which no price ever reaches.</summary>
    public required double Stop { get; init; }

    /// <summary>Mid price of the take profit; NaN for none.</summary>
    public required double TakeProfit { get; init; }

    /// <summary>The quantity, below 0 for a short position.</summary>
    public readonly double Units => Direction * Quantity;

    /// <summary>The barrier below the price and the one above.</summary>
    public readonly (double Below, double Above) Barriers => Direction > 0 ? (Stop, TakeProfit) : (TakeProfit, Stop);

    /// <summary>Best profit of one unit so far, at mid prices.</summary>
    public double Best { get; private set; }

    /// <summary>Worst loss of one unit so far, 0 or less.</summary>
    public double Worst { get; private set; }

    /// <summary>Takes note of the ranges that the price moved through.</summary>
    public void Watch(ReadOnlySpan<double> high, ReadOnlySpan<double> low)
    {
        if (high.IsEmpty)
        {
            return;
        }

        // The native maximum differs from the other only in what it makes of NaN, and prices are numbers.
        var (highest, lowest) = (high[0], low[0]);
        for (var bar = 0; bar < high.Length && bar < low.Length; bar++)
        {
            highest = double.MaxNative(highest, high[bar]);
            lowest = double.MinNative(lowest, low[bar]);
        }

        Watch(highest);
        Watch(lowest);
    }

    /// <summary>Takes note of a price.</summary>
    public void Watch(double mid)
    {
        var profit = Direction * (mid - EntryMid);
        Best = Math.Max(Best, profit);
        Worst = Math.Min(Worst, profit);
    }

    /// <summary>At which mid price a bar that touches a barrier fills, and which barrier that is.</summary>
    public readonly (double Mid, ExitReason Reason) Touch(double open, double high, double low)
    {
        // Mirrored by the sign, a short reads like a long.
        var (stop, profit) = (Direction * Stop, Direction * TakeProfit);
        var worst = Direction > 0 ? low : -high;
        // Beyond the take profit at the open, the better price is not counted; beyond the stop, nobody fills at it any more.
        return Direction * open < profit && worst <= stop
            ? (Direction * Math.Min(stop, Direction * open), ExitReason.Stop)
            : (TakeProfit, ExitReason.TakeProfit);
    }
}
