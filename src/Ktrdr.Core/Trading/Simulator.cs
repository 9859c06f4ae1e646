namespace Ktrdr.Core;

/// <summary>Trades one market with one account, bar by bar: decide at a close, fill at the next open.</summary>
/// <remarks>The rules, with a worked example, are in <c>docs/fills.md</c>. Nothing here looks past the bar it stands on.</remarks>
public ref struct Simulator
{
    private const double SecondsAnHour = 3600;
    private const int VolumeBars = 20;

    private readonly SimulationInput _input;
    private readonly Bars _bars;
    private readonly ReadOnlySpan<long> _times;
    private readonly ReadOnlySpan<double> _open;
    private readonly ReadOnlySpan<double> _high;
    private readonly ReadOnlySpan<double> _low;
    private readonly ReadOnlySpan<double> _close;
    private readonly ReadOnlySpan<float> _probabilities;
    private readonly DecisionRules _rules;
    private readonly FillCosts _costs;
    private readonly Account _account;
    private readonly double[] _range;
    private readonly int _last;

    private EntryOrder? _entry;
    private bool _closes;
    private int _lapsed;
    private long _lastExecuted = long.MinValue / 2;

    private Simulator(SimulationInput input)
    {
        (_input, _bars, _rules) = (input, input.Bars, input.Decisions);
        // Looked up once: a loop over half a million bars would look them up ten times a bar.
        _times = _bars.Times;
        _open = _bars.Open;
        _high = _bars.High;
        _low = _bars.Low;
        _close = _bars.Close;
        _probabilities = input.Probabilities.Span;
        _costs = new FillCosts(input);
        _account = new Account(_bars, _costs, input.Exits, input.InitialCapital);
        _last = input.First + input.Count - 1;
        _range = input.Exits.Kind == ExitKind.Barriers ? new double[_bars.Count] : [];
        if (_range.Length > 0)
        {
            Atr.Fill(_bars.High, _bars.Low, _bars.Close, input.Exits.AtrPeriod, _range);
        }
    }

    /// <summary>Trades the bars of an input from the first to the last.</summary>
    /// <exception cref="ArgumentException">The input contradicts itself; the message says where.</exception>
    public static SimulationResult Run(SimulationInput input)
    {
        input.Check();
        return new Simulator(input).Run();
    }

    private SimulationResult Run()
    {
        var equity = new double[_input.Count];
        var decisions = new Decision[_input.Count];
        var barsInMarket = 0;
        for (var bar = _input.First; bar <= _last; bar++)
        {
            FillAtOpen(bar);
            barsInMarket += _account.Position is null ? 0 : 1;
            FillInside(bar);
            decisions[bar - _input.First] = Decide(bar);
            if (bar == _last && _account.Position is not null)
            {
                _account.Close(bar, _close[bar], bar, ExitReason.EndOfData);
            }

            equity[bar - _input.First] = _account.Equity(_close[bar]);
        }

        return Tally.Of(_input, decisions, equity, _account.Trades, barsInMarket, _costs.Repaired, _lapsed);
    }

    private void FillAtOpen(int bar)
    {
        if (_account.Position is { } open && (_closes || bar >= open.Expiry))
        {
            _account.Close(bar, _open[bar], bar - 1, _closes ? ExitReason.Signal : ExitReason.MaxBars);
            _lastExecuted = _closes ? CloseTime(bar - 1) : _lastExecuted;
        }
        else if (_entry is not null && _account.TryOpen(bar, _entry))
        {
            _lastExecuted = CloseTime(bar - 1);
        }
        else if (_entry is not null)
        {
            _lapsed++;
        }

        (_entry, _closes) = (null, false);
    }

    private readonly void FillInside(int bar)
    {
        if (_account.Position is not { } open)
        {
            return;
        }

        if (open.Touches(_open[bar], _high[bar], _low[bar], out var mid, out var reason))
        {
            _account.Close(bar, mid, bar - 1, reason);
        }
        else
        {
            open.Watch(_high[bar], _low[bar]);
        }
    }

    private Decision Decide(int bar)
    {
        var at = 3 * (bar - _input.First);
        var probabilities = _probabilities.Slice(at, 3);
        var (buy, hold, sell) = (probabilities[0], probabilities[1], probabilities[2]);
        if (!float.IsFinite(buy) || !float.IsFinite(hold) || !float.IsFinite(sell))
        {
            return Made(bar, Signal.Hold, DecisionFilters.NoFeatures);
        }

        var raw =
            buy >= hold && buy >= sell ? Signal.Buy
            : hold >= sell ? Signal.Hold
            : Signal.Sell;
        if (raw == Signal.Hold)
        {
            return Made(bar, raw, DecisionFilters.None);
        }

        var side = raw == Signal.Buy ? Side.Long : Side.Short;
        var confidence = raw == Signal.Buy ? buy : sell;
        var filters = FiltersOf(bar, side, confidence);
        if (_account.Position is not null)
        {
            _closes = filters == DecisionFilters.None && side != _account.Position.Order.Side;
            return Made(bar, raw, filters);
        }

        var range = _range.Length > 0 ? _range[bar] : double.NaN;
        var units = _account.Size(bar, side, _input.PositionFraction);
        filters |= When(units < 1, DecisionFilters.TooSmall);
        filters |= When(_range.Length > 0 && !(range > 0), DecisionFilters.NoRange);
        if (filters == DecisionFilters.None)
        {
            _entry = new EntryOrder(side, bar, units, range, confidence);
        }

        return Made(bar, raw, filters);
    }

    private readonly Decision Made(int bar, Signal raw, DecisionFilters reasons)
    {
        var at = 3 * (bar - _input.First);
        return new(
            _times[bar],
            raw,
            reasons == DecisionFilters.None ? raw : Signal.Hold,
            _probabilities[at],
            _probabilities[at + 1],
            _probabilities[at + 2],
            reasons
        );
    }

    private readonly DecisionFilters FiltersOf(int bar, Side side, float confidence)
    {
        // The threshold is compared as the float that probabilities are: 0.7 is reached by 0.7f, which lies below it.
        var filters = When(confidence < (float)_rules.ConfidenceThreshold, DecisionFilters.Confidence);
        var sinceExecuted = CloseTime(bar) - _lastExecuted;
        filters |= When(sinceExecuted < _rules.MinimumSignalSeparation * SecondsAnHour, DecisionFilters.Separation);
        filters |= When(_rules.VolumeFilter && !HasVolume(bar), DecisionFilters.Volume);
        if (_account.Position is { } open)
        {
            filters |= When(_rules.PositionAwareness && side == open.Order.Side, DecisionFilters.Position);
            filters |= When(_input.Exits.Kind != ExitKind.Opposite, DecisionFilters.ExitsDecide);
        }
        else
        {
            filters |= When(side == Side.Short && !_rules.AllowShortFromFlat, DecisionFilters.ShortNotAllowed);
        }

        return filters | When(bar == _last, DecisionFilters.LastBar);
    }

    private readonly long CloseTime(int bar) => _times[bar] + _bars.Timeframe.Seconds;

    private readonly bool HasVolume(int bar)
    {
        if (bar + 1 < VolumeBars)
        {
            return false;
        }

        var sum = 0.0;
        foreach (var volume in _bars.Volume.Slice(bar + 1 - VolumeBars, VolumeBars))
        {
            sum += volume;
        }

        return _bars.Volume[bar] >= sum / VolumeBars;
    }

    private static DecisionFilters When(bool holds, DecisionFilters filter) => holds ? filter : DecisionFilters.None;
}
