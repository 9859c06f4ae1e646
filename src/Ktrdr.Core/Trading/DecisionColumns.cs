using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>The decisions of a simulation in columns: three bytes a bar beside the probabilities, put together when asked for.</summary>
/// <remarks>At first they hold what the network said and what stands in its way whatever the account does. The
/// <see cref="Simulator"/> adds the reasons that depend on the account as it goes.</remarks>
internal sealed class DecisionColumns : IReadOnlyList<Decision>
{
    private const int VolumeBars = 20;

    private readonly SimulationInput _input;
    private readonly Signal[] _raw;
    private readonly DecisionFilters[] _filters;

    /// <summary>Reads what an input says of each traded bar.</summary>
    public DecisionColumns(SimulationInput input)
    {
        _input = input;
        _raw = GC.AllocateUninitializedArray<Signal>(input.Count);
        _filters = GC.AllocateUninitializedArray<DecisionFilters>(input.Count);
        // The threshold is compared as the float that probabilities are: 0.7 is reached by 0.7f, which lies below it.
        Read(OpinionsOf(input), (float)input.Decisions.ConfidenceThreshold);
        if (input.Decisions.VolumeFilter)
        {
            AskVolume();
        }

        Add(input.Count - 1, input.Count, DecisionFilters.LastBar, DecisionFilters.LastBar);
    }

    /// <summary>The most probable class of each bar, of equal ones the first.</summary>
    public ReadOnlySpan<Signal> Raw => _raw;

    /// <summary>What stands in the way of each bar's signal.</summary>
    public Span<DecisionFilters> Filters => _filters;

    /// <inheritdoc/>
    public int Count => _raw.Length;

    /// <inheritdoc/>
    public Decision this[int bar]
    {
        get
        {
            var (raw, filters) = (_raw[bar], _filters[bar]);
            var opinion = OpinionsOf(_input)[bar];
            return new(
                _input.Bars.Times[_input.First + bar],
                raw,
                filters == DecisionFilters.None ? raw : Signal.Hold,
                opinion.Buy,
                opinion.Hold,
                opinion.Sell,
                filters
            );
        }
    }

    /// <summary>The probability of a bar's signal.</summary>
    public float Confidence(int bar) => _input.Probabilities.Span[(3 * bar) + (int)_raw[bar]];

    /// <summary>Adds what stands in the way of the signals from one bar to before another.</summary>
    /// <param name="from">The first bar.</param>
    /// <param name="to">The bar after the last.</param>
    /// <param name="buy">What a BUY meets.</param>
    /// <param name="sell">What a SELL meets.</param>
    public void Add(int from, int to, DecisionFilters buy, DecisionFilters sell)
    {
        ReadOnlySpan<DecisionFilters> met = [buy, DecisionFilters.None, sell];
        var raw = _raw.AsSpan(from, to - from);
        var filters = _filters.AsSpan(from, to - from);
        for (var bar = 0; bar < filters.Length; bar++)
        {
            filters[bar] |= met[(int)raw[bar]];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Decision> GetEnumerator()
    {
        for (var bar = 0; bar < Count; bar++)
        {
            yield return this[bar];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ReadOnlySpan<Opinion> OpinionsOf(SimulationInput input) =>
        MemoryMarshal.Cast<float, Opinion>(input.Probabilities.Span);

    private void Read(ReadOnlySpan<Opinion> opinions, float threshold)
    {
        var raw = _raw.AsSpan(0, opinions.Length);
        var filters = _filters.AsSpan(0, opinions.Length);
        for (var bar = 0; bar < opinions.Length; bar++)
        {
            ref readonly var opinion = ref opinions[bar];
            (raw[bar], filters[bar]) = opinion.IsKnown
                ? (opinion.Signal, opinion.Unsure(threshold))
                : (Signal.Hold, DecisionFilters.NoFeatures);
        }
    }

    private void AskVolume()
    {
        var volume = _input.Bars.Volume;
        for (var bar = 0; bar < Count; bar++)
        {
            if (!HasVolume(volume[..(_input.First + bar + 1)]))
            {
                Add(bar, bar + 1, DecisionFilters.Volume, DecisionFilters.Volume);
            }
        }
    }

    private static bool HasVolume(ReadOnlySpan<double> known)
    {
        if (known.Length < VolumeBars)
        {
            return false;
        }

        var sum = 0.0;
        foreach (var volume in known[^VolumeBars..])
        {
            sum += volume;
        }

        return known[^1] >= sum / VolumeBars;
    }

    /// <summary>What the network said at a close: the probability of each class.</summary>
    /// <remarks>Which class leads is computed and not branched upon: no processor could guess it.</remarks>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Opinion
    {
        public readonly float Buy;
        public readonly float Hold;
        public readonly float Sell;

        /// <summary>Whether all three are numbers; 0 times anything else is none.</summary>
        public bool IsKnown => (0 * Buy) + (0 * Hold) + (0 * Sell) == 0;

        /// <summary>The most probable class, of equal ones the first.</summary>
        public Signal Signal => (Signal)(One(Buy < Hold | Buy < Sell) * (1 + One(Hold < Sell)));

        /// <summary>Whether the signal is below the threshold: a BUY or SELL that leads is the greater of the two.</summary>
        public DecisionFilters Unsure(float threshold) =>
            (DecisionFilters)(
                One(Signal != Signal.Hold & Buy < threshold & Sell < threshold) * (int)DecisionFilters.Confidence
            );

        private static int One(bool holds) => Unsafe.BitCast<bool, byte>(holds);
    }
}
