namespace Ktrdr.Core.Tests;

/// <summary>The rules of <c>docs/fills.md</c> once more, the plain way: one bar after the other, asking everything at each.</summary>
/// <remarks>It is what the simulator is held to, bit by bit. At a bar it reads no later bar, which anyone can see.</remarks>
internal sealed class BarByBar(SimulationInput input)
{
    private readonly Bars _bars = input.Bars;
    private readonly int _last = input.First + input.Count - 1;
    private readonly double[] _range = RangesOf(input);
    private double _cash = input.InitialCapital;
    private Order? _order;
    private Position? _position;
    private bool _closes;
    private long _lastExecuted = long.MinValue / 2;

    public List<Trade> Trades { get; } = [];
    public List<Decision> Decisions { get; } = [];
    public List<double> Equity { get; } = [];
    public int BarsInMarket { get; private set; }

    public BarByBar Run()
    {
        for (var bar = input.First; bar <= _last; bar++)
        {
            FillAtOpen(bar);
            BarsInMarket += _position is null ? 0 : 1;
            FillInside(bar);
            Decisions.Add(Decide(bar));
            if (bar == _last && _position is not null)
            {
                Close(bar, _bars.Close[bar], bar, ExitReason.EndOfData);
            }

            Equity.Add(_position is { } open ? _cash + (open.Direction * open.Quantity * _bars.Close[bar]) : _cash);
        }

        return this;
    }

    private static double[] RangesOf(SimulationInput input)
    {
        var bars = input.Bars;
        var range = new double[bars.Count];
        Atr.Fill(bars.High, bars.Low, bars.Close, input.Exits.AtrPeriod, range);
        return range;
    }

    private void FillAtOpen(int bar)
    {
        if (_position is not null && _closes)
        {
            Close(bar, _bars.Open[bar], bar - 1, ExitReason.Signal);
            _lastExecuted = _bars.CloseTime(bar - 1);
        }
        else if (
            _position is not null
            && input.Exits.Kind != ExitKind.Opposite
            && bar == _position.Entry + input.Exits.MaxBars
        )
        {
            Close(bar, _bars.Open[bar], bar - 1, ExitReason.MaxBars);
        }
        else if (_order is not null)
        {
            Open(bar, _order);
        }

        (_order, _closes) = (null, false);
    }

    private void Open(int bar, Order order)
    {
        var mid = _bars.Open[bar];
        var perUnit = PerUnit(mid, bar - 1);
        var price = mid + (order.Direction * perUnit);
        var quantity = Math.Min(order.Quantity, WholeUnits(_cash, price));
        if (quantity < 1)
        {
            return;
        }

        var commission = input.Costs.Commission * quantity * price;
        _cash -= (order.Direction * quantity * price) + commission;
        _position = new Position(order, bar, quantity, mid, price, commission, quantity * perUnit);
        _lastExecuted = _bars.CloseTime(bar - 1);
    }

    private void FillInside(int bar)
    {
        if (_position is not { } open)
        {
            return;
        }

        var (at, high, low) = (_bars.Open[bar], _bars.High[bar], _bars.Low[bar]);
        if (input.Exits.Kind == ExitKind.Barriers)
        {
            var isLong = open.Direction > 0;
            var stop = open.EntryMid - (open.Direction * input.Exits.StopAtr * open.Order.Range);
            var profit = open.EntryMid + (open.Direction * input.Exits.TakeProfitAtr * open.Order.Range);
            if (isLong ? at <= stop : at >= stop)
            {
                Close(bar, at, bar - 1, ExitReason.Stop);
            }
            else if (isLong ? at >= profit : at <= profit)
            {
                Close(bar, profit, bar - 1, ExitReason.TakeProfit);
            }
            else if (isLong ? low <= stop : high >= stop)
            {
                Close(bar, stop, bar - 1, ExitReason.Stop);
            }
            else if (isLong ? high >= profit : low <= profit)
            {
                Close(bar, profit, bar - 1, ExitReason.TakeProfit);
            }
        }

        _position?.Watch(high, low);
    }

    private Decision Decide(int bar)
    {
        var said = input.Probabilities.Span.Slice(3 * (bar - input.First), 3);
        var isWhole = float.IsFinite(said[0]) && float.IsFinite(said[1]) && float.IsFinite(said[2]);
        var raw = isWhole ? (Signal)Network.IndexOfLargest(said) : Signal.Hold;
        var filters = isWhole ? DecisionFilters.None : DecisionFilters.NoFeatures;
        if (raw != Signal.Hold)
        {
            filters = Meet(bar, raw == Signal.Buy ? 1 : -1, said[(int)raw]);
        }

        var final = filters == DecisionFilters.None ? raw : Signal.Hold;
        return new Decision(_bars.Times[bar], raw, final, said[0], said[1], said[2], filters);
    }

    private DecisionFilters Meet(int bar, double direction, float confidence)
    {
        var rules = input.Decisions;
        var hours = (_bars.CloseTime(bar) - _lastExecuted) / 3600.0;
        var filters =
            When(confidence < (float)rules.ConfidenceThreshold, DecisionFilters.Confidence)
            | When(hours < rules.MinimumSignalSeparation, DecisionFilters.Separation)
            | When(rules.VolumeFilter && !HasVolume(bar), DecisionFilters.Volume)
            | When(bar == _last, DecisionFilters.LastBar);
        if (_position is { } open)
        {
            filters |=
                When(rules.PositionAwareness && direction == open.Direction, DecisionFilters.Position)
                | When(input.Exits.Kind != ExitKind.Opposite, DecisionFilters.ExitsDecide);
            _closes = filters == DecisionFilters.None && direction != open.Direction;
            return filters;
        }

        var mid = _bars.Close[bar];
        var units = WholeUnits(input.PositionFraction * _cash, mid + (direction * PerUnit(mid, bar)));
        filters |=
            When(direction < 0 && !rules.AllowShortFromFlat, DecisionFilters.ShortNotAllowed)
            | When(units < 1, DecisionFilters.TooSmall)
            | When(input.Exits.Kind == ExitKind.Barriers && !(_range[bar] > 0), DecisionFilters.NoRange);
        _order = filters == DecisionFilters.None ? new Order(direction, bar, units, _range[bar], confidence) : null;
        return filters;
    }

    private bool HasVolume(int bar)
    {
        var sum = 0.0;
        for (var before = bar - 19; before >= 0 && before <= bar; before++)
        {
            sum += _bars.Volume[before];
        }

        return bar >= 19 && _bars.Volume[bar] >= sum / 20;
    }

    private void Close(int bar, double mid, int known, ExitReason reason)
    {
        var open = _position!;
        var perUnit = PerUnit(mid, known);
        var price = mid - (open.Direction * perUnit);
        var commission = input.Costs.Commission * open.Quantity * price;
        _cash += (open.Direction * open.Quantity * price) - commission;
        open.Watch(mid, mid);
        var gross = open.Direction * open.Quantity * (mid - open.EntryMid);
        var commissions = open.Commission + commission;
        var spreadCost = open.SpreadCost + (open.Quantity * perUnit);
        var net = gross - commissions - spreadCost;
        Trades.Add(
            new Trade
            {
                Number = Trades.Count + 1,
                Side = open.Direction > 0 ? Side.Long : Side.Short,
                DecidedTime = _bars.Times[open.Order.Decided],
                EntryTime = _bars.Times[open.Entry],
                ExitTime = _bars.Times[bar],
                HoldingBars = bar - open.Entry,
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

    private double PerUnit(double mid, int known)
    {
        var own = input.Costs.UsesDataSpread ? _bars.Spread[known] : input.Costs.Spread * mid;
        return (
                (own is > 0 and < double.PositiveInfinity || !input.Costs.UsesDataSpread ? own : input.TypicalSpread)
                / 2
            ) + (input.Costs.Slippage * mid);
    }

    private double WholeUnits(double amount, double price) => Math.Floor(amount / (1 + input.Costs.Commission) / price);

    private static DecisionFilters When(bool holds, DecisionFilters filter) => holds ? filter : DecisionFilters.None;

    private sealed record Order(double Direction, int Decided, double Quantity, double Range, float Confidence);

    private sealed record Position(
        Order Order,
        int Entry,
        double Quantity,
        double EntryMid,
        double EntryPrice,
        double Commission,
        double SpreadCost
    )
    {
        public double Direction => Order.Direction;
        public double Best { get; private set; }
        public double Worst { get; private set; }

        public void Watch(double high, double low)
        {
            var (up, down) = (Direction * (high - EntryMid), Direction * (low - EntryMid));
            Best = Math.Max(Best, Math.Max(up, down));
            Worst = Math.Min(Worst, Math.Min(up, down));
        }
    }
}
