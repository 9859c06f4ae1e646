namespace Ktrdr.Core;

/// <summary>Cash, and the trades closed so far.</summary>
/// <remarks>
/// <para>Buying takes quantity × price and the commission out of the cash, selling puts quantity × price less the
/// commission in. A short is a sale first: its proceeds are in the cash, and the equity owes the units at the mid price.
/// Its notional is reserved as margin, which binds nothing as there is one position at a time. No borrow fee, no margin call.</para>
/// </remarks>
internal sealed class Account(Bars bars, FillCosts costs, double cash)
{
    public double Cash { get; private set; } = cash;

    public List<Trade> Trades { get; } = [];

    /// <summary>How many units an order made at a close may have, judged at that close.</summary>
    public double Size(double mid, int bar, Side side, double fraction) =>
        costs.WholeUnits(fraction * Cash, mid + (Direction(side) * costs.PerUnit(mid, bar)));

    /// <summary>Opens a position at the open after the close that ordered it.</summary>
    /// <returns>False when the open is so far from the close that the cash no longer pays for one unit.</returns>
    public bool TryOpen(in EntryOrder order, ExitRules exits, out OpenPosition position)
    {
        var bar = order.Decided + 1;
        var mid = bars.Open[bar];
        var direction = Direction(order.Side);
        var perUnit = costs.PerUnit(mid, order.Decided);
        var price = mid + (direction * perUnit);
        var quantity = Math.Min(order.Quantity, costs.WholeUnits(Cash, price));
        if (quantity < 1)
        {
            position = default;
            return false;
        }

        var commission = costs.Commission(quantity, price);
        Cash -= (direction * quantity * price) + commission;
        // The range is not a number unless there are barriers, and then neither are they.
        position = new OpenPosition
        {
            Direction = direction,
            Order = order,
            EntryBar = bar,
            Quantity = quantity,
            EntryMid = mid,
            EntryPrice = price,
            Commission = commission,
            SpreadCost = quantity * perUnit,
            Stop = mid - (direction * exits.StopAtr * order.Range),
            TakeProfit = mid + (direction * exits.TakeProfitAtr * order.Range),
        };
        return true;
    }

    /// <summary>Closes a position.</summary>
    /// <param name="open">The position, which has watched the bars it lived through.</param>
    /// <param name="bar">The bar it closes in.</param>
    /// <param name="mid">The mid price of the fill.</param>
    /// <param name="known">The bar whose close last told the spread.</param>
    /// <param name="reason">Why.</param>
    public void Close(ref OpenPosition open, int bar, double mid, int known, ExitReason reason)
    {
        var perUnit = costs.PerUnit(mid, known);
        var price = mid - (open.Direction * perUnit);
        var commission = costs.Commission(open.Quantity, price);
        Cash += (open.Units * price) - commission;
        open.Watch(mid);

        var gross = open.Units * (mid - open.EntryMid);
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
    }

    private static double Direction(Side side) => side == Side.Long ? 1 : -1;
}

/// <summary>An order to open at the next open.</summary>
/// <param name="Side">Which way.</param>
/// <param name="Decided">The bar whose close decided it.</param>
/// <param name="Quantity">Whole units, sized at that close.</param>
/// <param name="Range">ATR at that close; what barriers are measured in. NaN without barriers.</param>
/// <param name="Confidence">Probability of the signal.</param>
internal readonly record struct EntryOrder(Side Side, int Decided, double Quantity, double Range, float Confidence);
