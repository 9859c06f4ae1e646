namespace Ktrdr.Core;

/// <summary>Cash, at most one open position, and the trades closed so far.</summary>
/// <remarks>
/// <para>Buying takes quantity × price and the commission out of the cash, selling puts quantity × price less the
/// commission in. A short is a sale first: its proceeds are in the cash, and the equity owes the units at the mid price.
/// Its notional is reserved as margin, which binds nothing as there is one position at a time. No borrow fee, no margin call.</para>
/// </remarks>
internal sealed class Account(Bars bars, FillCosts costs, ExitRules exits, double cash)
{
    private OpenPosition? _position;

    public double Cash { get; private set; } = cash;

    public List<Trade> Trades { get; } = [];

    public OpenPosition? Position => _position;

    /// <summary>Cash and the open position at a mid price.</summary>
    public double Equity(double mid) => _position is { } open ? Cash + (open.Direction * open.Quantity * mid) : Cash;

    /// <summary>How many units an order made at a close may have, judged at that close.</summary>
    public double Size(int bar, Side side, double fraction)
    {
        var mid = bars.Close[bar];
        return costs.WholeUnits(fraction * Cash, mid + (Direction(side) * costs.PerUnit(mid, bar)));
    }

    /// <summary>Opens a position at a bar's open.</summary>
    /// <returns>False when the open is so far from the close that the cash no longer pays for one unit.</returns>
    public bool TryOpen(int bar, EntryOrder order)
    {
        var mid = bars.Open[bar];
        var direction = Direction(order.Side);
        var perUnit = costs.PerUnit(mid, bar - 1);
        var price = mid + (direction * perUnit);
        var quantity = Math.Min(order.Quantity, costs.WholeUnits(Cash, price));
        if (quantity < 1)
        {
            return false;
        }

        var commission = costs.Commission(quantity, price);
        Cash -= (direction * quantity * price) + commission;
        var hasBarriers = exits.Kind == ExitKind.Barriers;
        _position = new OpenPosition
        {
            Direction = direction,
            Order = order,
            EntryBar = bar,
            Quantity = quantity,
            EntryMid = mid,
            EntryPrice = price,
            Commission = commission,
            SpreadCost = quantity * perUnit,
            Stop = hasBarriers ? mid - (direction * exits.StopAtr * order.Range) : double.NaN,
            TakeProfit = hasBarriers ? mid + (direction * exits.TakeProfitAtr * order.Range) : double.NaN,
            Expiry = exits.Kind == ExitKind.Opposite ? int.MaxValue : bar + exits.MaxBars,
        };
        return true;
    }

    /// <summary>Closes the open position.</summary>
    /// <param name="bar">The bar it closes in.</param>
    /// <param name="mid">The mid price of the fill.</param>
    /// <param name="known">The bar whose close last told the spread.</param>
    /// <param name="reason">Why.</param>
    public void Close(int bar, double mid, int known, ExitReason reason)
    {
        var open = _position!;
        var perUnit = costs.PerUnit(mid, known);
        var price = mid - (open.Direction * perUnit);
        var commission = costs.Commission(open.Quantity, price);
        Cash += (open.Direction * open.Quantity * price) - commission;
        open.Watch(mid, mid);

        var gross = open.Direction * open.Quantity * (mid - open.EntryMid);
        var commissions = open.Commission + commission;
        var spreadCost = open.SpreadCost + (open.Quantity * perUnit);
        var net = gross - commissions - spreadCost;
        Trades.Add(
            new Trade
            {
                Number = Trades.Count + 1,
                Side = open.Order.Side,
                DecidedTime = bars.Times[open.Order.Decided],
                EntryTime = bars.Times[open.EntryBar],
                ExitTime = bars.Times[bar],
                HoldingBars = bar - open.EntryBar,
                Quantity = open.Quantity,
                EntryPrice = open.EntryPrice,
                ExitPrice = price,
                GrossProfit = gross,
                Commission = commissions,
                SpreadCost = spreadCost,
                NetProfit = net,
                Return = net / (open.Quantity * open.EntryPrice),
                Exit = reason,
                Confidence = open.Order.Confidence,
                MaxFavorable = open.Quantity * open.Best,
                MaxAdverse = open.Quantity * open.Worst,
            }
        );
        _position = null;
    }

    private static double Direction(Side side) => side == Side.Long ? 1 : -1;
}

/// <summary>An order to open at the next open.</summary>
/// <param name="Side">Which way.</param>
/// <param name="Decided">The bar whose close decided it.</param>
/// <param name="Quantity">Whole units, sized at that close.</param>
/// <param name="Range">ATR at that close; what barriers are measured in.</param>
/// <param name="Confidence">Probability of the signal.</param>
internal sealed record EntryOrder(Side Side, int Decided, double Quantity, double Range, float Confidence);

/// <summary>A position that has not closed yet.</summary>
internal sealed class OpenPosition
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

    /// <summary>The bar at whose open it is too old.</summary>
    public required int Expiry { get; init; }

    /// <summary>Best profit of one unit so far, at mid prices.</summary>
    public double Best { get; private set; }

    /// <summary>Worst loss of one unit so far, 0 or less.</summary>
    public double Worst { get; private set; }

    /// <summary>Takes note of the range that the price moved through.</summary>
    public void Watch(double high, double low)
    {
        var (up, down) = (Direction * (high - EntryMid), Direction * (low - EntryMid));
        Best = Math.Max(Best, Math.Max(up, down));
        Worst = Math.Min(Worst, Math.Min(up, down));
    }

    /// <summary>Whether a bar touches a barrier, and at which mid price it fills.</summary>
    public bool Touches(double open, double high, double low, out double mid, out ExitReason reason)
    {
        // Mirrored by the sign, a short reads like a long.
        var (stop, profit) = (Direction * Stop, Direction * TakeProfit);
        var (worst, best) = Direction > 0 ? (low, high) : (-high, -low);
        reason = Direction * open < profit && worst <= stop ? ExitReason.Stop : ExitReason.TakeProfit;
        // Beyond the stop at the open, nobody fills at the stop any more; beyond the take profit, the better price is not counted.
        mid = reason == ExitReason.Stop ? Direction * Math.Min(stop, Direction * open) : TakeProfit;
        return worst <= stop || best >= profit;
    }
}
