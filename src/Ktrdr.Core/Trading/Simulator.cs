using System.Numerics;

namespace Ktrdr.Core;

/// <summary>Trades one market with one account: decide at a close, fill at the next open.</summary>
/// <remarks>
/// <para>The rules, with a worked example, are in <c>docs/fills.md</c>.</para>
/// <para>An account waits or holds a position, in turn. While it does the one or the other its cash and units stay as
/// they are, so a stretch of bars is gone through column by column: where does it end, what did its signals meet, what
/// was the equity at its closes. An end is sought forwards, from bar to bar, and so nothing looks past the bar it stands on.</para>
/// </remarks>
public ref struct Simulator
{
    private const double SecondsAnHour = 3600;

    private readonly SimulationInput _input;
    private readonly ExitRules _exits;
    private readonly Bars _bars;
    private readonly ReadOnlySpan<double> _close;
    private readonly ReadOnlySpan<double> _range;
    private readonly FillCosts _costs;
    private readonly Account _account;
    private readonly DecisionColumns _decisions;
    private readonly double[] _equity;

    private int _lapsed;
    private int _barsInMarket;

    // All bars are counted from the first one traded.
    private Simulator(SimulationInput input, ReadOnlySpan<double> range)
    {
        (_input, _exits) = (input, input.Exits);
        _range = range;
        _bars = input.Bars.Slice(input.First, input.Count);
        _close = _bars.Close;
        _costs = new FillCosts(_bars, input.Costs, input.TypicalSpread);
        _account = new Account(_bars, _costs, input.InitialCapital);
        _decisions = new DecisionColumns(input);
        _equity = GC.AllocateUninitializedArray<double>(input.Count);
    }

    /// <summary>Trades the bars of an input from the first to the last.</summary>
    /// <exception cref="ArgumentException">The input contradicts itself; the message says where.</exception>
    public static SimulationResult Run(SimulationInput input)
    {
        input.Check();
        if (input.Exits.Kind != ExitKind.Barriers)
        {
            return new Simulator(input, []).Run();
        }

        var bars = input.Bars.Slice(0, input.First + input.Count);
        using var range = new Rented<double>(bars.Count);
        Atr.Fill(bars.High, bars.Low, bars.Close, input.Exits.AtrPeriod, range.Span);
        return new Simulator(input, range.Span[input.First..]).Run();
    }

    private SimulationResult Run()
    {
        var bar = 0;
        while (Wait(bar) is { } order)
        {
            bar = order.Decided + 1;
            if (_account.TryOpen(order, _exits, out var position))
            {
                Executed(order.Decided);
                bar = Hold(ref position);
            }
            else
            {
                _lapsed++;
            }
        }

        return Tally.Of(_input, _decisions, _equity, _account.Trades, _barsInMarket, _costs.Repaired, _lapsed);
    }

    /// <summary>Waits without a position for a close that orders one.</summary>
    /// <param name="bar">The first close of the waiting.</param>
    /// <returns>The order; null when none comes any more.</returns>
    private readonly EntryOrder? Wait(int bar)
    {
        var raw = _decisions.Raw;
        var filters = _decisions.Filters;
        var sell = _input.Decisions.AllowShortFromFlat ? DecisionFilters.None : DecisionFilters.ShortNotAllowed;
        for (; bar < raw.Length; bar++)
        {
            _equity[bar] = _account.Cash;
            if (raw[bar] == Signal.Hold)
            {
                continue;
            }

            var side = raw[bar] == Signal.Buy ? Side.Long : Side.Short;
            var units = _account.Size(_close[bar], bar, side, _input.PositionFraction);
            var range = _range.IsEmpty ? double.NaN : _range[bar];
            filters[bar] |=
                When(side == Side.Short, sell)
                | When(units < 1, DecisionFilters.TooSmall)
                | When(!_range.IsEmpty && !(range > 0), DecisionFilters.NoRange);
            if (filters[bar] == DecisionFilters.None)
            {
                return new EntryOrder(side, bar, units, range, _decisions.Confidence(bar));
            }
        }

        return null;
    }

    /// <summary>Holds a position from the bar it opened in to its closing.</summary>
    /// <returns>The first bar at whose close it is no longer open.</returns>
    private int Hold(ref OpenPosition position)
    {
        var entry = position.EntryBar;
        var expiry = _exits.MaxBars < _bars.Count - entry ? entry + _exits.MaxBars : _bars.Count;
        var end = _exits.Kind switch
        {
            ExitKind.Opposite => AfterOpposite(position.Order.Side, entry),
            ExitKind.Barriers => FirstTouch(position, entry, expiry),
            _ => expiry,
        };
        NoteSignals(position.Order.Side, entry, end);
        NoteEquity(position.Units, entry, end);
        position.Watch(_bars.High[entry..end], _bars.Low[entry..end]);
        _barsInMarket += end - entry;

        if (_exits.Kind == ExitKind.Barriers && end < expiry)
        {
            _barsInMarket++;
            var (mid, reason) = position.Touch(_bars.Open[end], _bars.High[end], _bars.Low[end]);
            _account.Close(ref position, end, mid, end - 1, reason);
        }
        else if (end == _bars.Count)
        {
            _account.Close(ref position, end - 1, _close[^1], end - 1, ExitReason.EndOfData);
            _equity[^1] = _account.Cash;
        }
        else if (_exits.Kind == ExitKind.Opposite)
        {
            _account.Close(ref position, end, _bars.Open[end], end - 1, ExitReason.Signal);
            Executed(end - 1);
        }
        else
        {
            _account.Close(ref position, end, _bars.Open[end], end - 1, ExitReason.MaxBars);
        }

        return end;
    }

    /// <summary>The bar after the first signal that closes a position; the end of the bars when none does.</summary>
    private readonly int AfterOpposite(Side side, int entry)
    {
        var opposite = side == Side.Long ? Signal.Sell : Signal.Buy;
        var raw = _decisions.Raw;
        var filters = _decisions.Filters;
        for (var bar = entry; bar < raw.Length; bar++)
        {
            if (raw[bar] == opposite && filters[bar] == DecisionFilters.None)
            {
                return bar + 1;
            }
        }

        return raw.Length;
    }

    /// <summary>The first bar that touches a barrier; <paramref name="expiry"/> when none does before.</summary>
    private readonly int FirstTouch(in OpenPosition position, int entry, int expiry)
    {
        var low = _bars.Low[..expiry];
        var high = _bars.High[..expiry];
        var (below, above) = position.Barriers;
        var bar = entry;
        while (bar + Vector<double>.Count <= expiry && !IsTouched(low[bar..], high[bar..], below, above))
        {
            bar += Vector<double>.Count;
        }

        while (bar < low.Length && !(low[bar] <= below || high[bar] >= above))
        {
            bar++;
        }

        return bar;
    }

    /// <summary>Whether any of the next bars, as many as a vector holds, touches a barrier.</summary>
    private static bool IsTouched(ReadOnlySpan<double> low, ReadOnlySpan<double> high, double below, double above) =>
        Vector.LessThanOrEqualAny(new Vector<double>(low), new Vector<double>(below))
        || Vector.GreaterThanOrEqualAny(new Vector<double>(high), new Vector<double>(above));

    /// <summary>What the signals met while a position was open.</summary>
    private readonly void NoteSignals(Side side, int from, int to)
    {
        var any = When(_exits.Kind != ExitKind.Opposite, DecisionFilters.ExitsDecide);
        var same = any | When(_input.Decisions.PositionAwareness, DecisionFilters.Position);
        _decisions.Add(from, to, side == Side.Long ? same : any, side == Side.Short ? same : any);
    }

    /// <summary>Cash and the position at the mid price of each close.</summary>
    private readonly void NoteEquity(double units, int from, int to)
    {
        var cash = _account.Cash;
        var close = _close[from..to];
        var equity = _equity.AsSpan(from, close.Length);
        for (var bar = 0; bar < close.Length; bar++)
        {
            equity[bar] = cash + (units * close[bar]);
        }
    }

    /// <summary>A signal was filled: those that come too soon after it will not be.</summary>
    private readonly void Executed(int decided)
    {
        var times = _bars.Times;
        var to = decided + 1;
        while (
            to < times.Length && times[to] - times[decided] < _input.Decisions.MinimumSignalSeparation * SecondsAnHour
        )
        {
            to++;
        }

        _decisions.Add(decided + 1, to, DecisionFilters.Separation, DecisionFilters.Separation);
    }

    private static DecisionFilters When(bool holds, DecisionFilters filter) => holds ? filter : DecisionFilters.None;
}
