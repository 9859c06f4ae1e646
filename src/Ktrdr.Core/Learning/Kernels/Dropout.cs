using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>Inverted dropout: each hidden unit is left out with probability p, or kept and multiplied by 1 / (1 − p),
/// so that its expectation stays what it is without dropout.</summary>
/// <remarks>
/// <para><b>Source.</b> N. Srivastava et al., <i>Dropout: a simple way to prevent neural networks from overfitting</i>
/// (2014); the scaling is done while training, so inference needs none.</para>
/// <para><b>Chance.</b> Sixteen xoshiro128+ generators side by side (D. Blackman and S. Vigna, <i>Scrambled linear
/// pseudorandom number generators</i>, 2018), because drawing a hundred numbers per row one by one would cost more
/// than the network. Always sixteen, so the draws do not depend on the machine.</para>
/// </remarks>
internal sealed class Dropout
{
    private readonly Matrix[] _kept;
    private readonly uint _threshold;
    private readonly float _scale;
    private Vector512<uint> _s0;
    private Vector512<uint> _s1;
    private Vector512<uint> _s2;
    private Vector512<uint> _s3;

    /// <summary>Makes room for a batch.</summary>
    /// <param name="share">Share of units dropped, (0, 1).</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="capacity">Rows of the largest batch.</param>
    /// <param name="random">Where the generators start.</param>
    public Dropout(double share, IEnumerable<int> hidden, int capacity, Random random)
    {
        _kept = [.. hidden.Select(units => Matrix.Aligned(capacity, units))];
        _threshold = (uint)Math.Min(share * (1L << 32), uint.MaxValue);
        _scale = (float)(1 / (1 - share));
        Unscale = (float)(1 - share);
        var states = new uint[64];
        random.NextBytes(MemoryMarshal.AsBytes(states.AsSpan()));
        Generators = states;
        _s0 |= Vector512<uint>.One; // a state of all zeros would stay there
    }

    /// <summary>Where the sixteen generators stand: four words of each, the first words first.</summary>
    public uint[] Generators
    {
        get
        {
            var states = new uint[64];
            _s0.CopyTo(states, 0);
            _s1.CopyTo(states, 16);
            _s2.CopyTo(states, 32);
            _s3.CopyTo(states, 48);
            return states;
        }
        set
        {
            ReadOnlySpan<uint> states = value;
            _s0 = Vector512.Create(states[..16]);
            _s1 = Vector512.Create(states[16..32]);
            _s2 = Vector512.Create(states[32..48]);
            _s3 = Vector512.Create(states[48..]);
        }
    }

    /// <summary>What a kept unit's value is to be multiplied by to have it as it was before: 1 − p.</summary>
    public float Unscale { get; }

    /// <summary>What was drawn last for a hidden layer.</summary>
    public Matrix Kept(int layer) => _kept[layer];

    /// <summary>Draws what each unit of a hidden layer is multiplied by: 0 or 1 / (1 − p).</summary>
    public Matrix Draw(int layer, int count)
    {
        var kept = _kept[layer];
        var factors = MemoryMarshal.Cast<float, Vector512<float>>(kept.All[..(count * kept.Stride)]);
        var (s0, s1, s2, s3) = (_s0, _s1, _s2, _s3);
        var threshold = Vector512.Create(_threshold);
        var scale = Vector512.Create(_scale);
        foreach (ref var factor in factors)
        {
            var drawn = s0 + s3;
            factor = Vector512.GreaterThanOrEqual(drawn, threshold).AsSingle() & scale;

            var shifted = s1 << 9;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= shifted;
            s3 = (s3 << 11) | (s3 >>> 21);
        }

        (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);
        return kept;
    }
}
