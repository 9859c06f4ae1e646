using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ktrdr.Core;

/// <summary>How much a value belongs to a fuzzy set: 0 not at all, 1 fully. NaN in, NaN out.</summary>
public abstract record MembershipFunction
{
    private MembershipFunction() { }

    /// <summary>The degree of membership of one value, in [0, 1]; NaN for NaN.</summary>
    public abstract double Degree(double value);

    /// <summary>The degrees of many values: each <see cref="Degree"/>, to the last bit, rounded to single precision.</summary>
    /// <param name="values">The values.</param>
    /// <param name="degrees">Gets a degree per value.</param>
    public virtual void Fill(ReadOnlySpan<double> values, Span<float> degrees)
    {
        for (var i = 0; i < values.Length; i++)
        {
            degrees[i] = (float)Degree(values[i]);
        }
    }

    /// <summary>A triangle over [a, c] with its peak at b.</summary>
    /// <remarks><b>Formula.</b> (x−a)/(b−a) up to b, (c−x)/(c−b) from it, 0 outside; x = b is always 1, so a = b or
    /// b = c makes a shoulder. <b>Range.</b> a ≤ b ≤ c.</remarks>
    public sealed record Triangular(double A, double B, double C) : MembershipFunction
    {
        /// <inheritdoc/>
        public override double Degree(double value) =>
            double.IsNaN(value) ? double.NaN
            : value == B ? 1
            : value <= A || value >= C ? 0
            : value < B ? (value - A) / (B - A)
            : (C - value) / (C - B);

        /// <inheritdoc/>
        public override void Fill(ReadOnlySpan<double> values, Span<float> degrees)
        {
            var done = Slopes(values, A, B, B, C, degrees);
            base.Fill(values[done..], degrees[done..]);
        }
    }

    /// <summary>A plateau over [b, c] with slopes from a and to d.</summary>
    /// <remarks><b>Formula.</b> (x−a)/(b−a), 1 on [b, c], (d−x)/(d−c), 0 outside; a = b or c = d is a closed shoulder,
    /// 1 at the edge. <b>Range.</b> a ≤ b ≤ c ≤ d.</remarks>
    public sealed record Trapezoidal(double A, double B, double C, double D) : MembershipFunction
    {
        /// <inheritdoc/>
        public override double Degree(double value) =>
            double.IsNaN(value) ? double.NaN
            : value >= B && value <= C ? 1
            : value <= A || value >= D ? 0
            : value < B ? (value - A) / (B - A)
            : (D - value) / (D - C);

        /// <inheritdoc/>
        public override void Fill(ReadOnlySpan<double> values, Span<float> degrees)
        {
            var done = Slopes(values, A, B, C, D, degrees);
            base.Fill(values[done..], degrees[done..]);
        }
    }

    /// <summary>A bell around a mean.</summary>
    /// <remarks><b>Formula.</b> exp(−½((x−μ)/σ)²), within two units of the last place; 0 below e⁻⁷⁰⁰. <b>Range.</b> σ above 0.</remarks>
    public sealed record Gaussian(double Mean, double Deviation) : MembershipFunction
    {
        // The vectors' exponential takes another way, with other last bits, once a single lane is not known or near nothing.
        private const double LeastPower = -700;

        /// <inheritdoc/>
        public override double Degree(double value)
        {
            var z = (value - Mean) / Deviation;
            var power = -0.5 * z * z;
            return double.IsNaN(power) ? double.NaN
                : power <= LeastPower ? 0
                : Vector128.Exp(Vector128.Create(power)).ToScalar(); // the C library's rounds differently here and there
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Fill(ReadOnlySpan<double> values, Span<float> degrees)
        {
            var (mean, deviation, half, least) = (Of(Mean), Of(Deviation), Of(-0.5), Of(LeastPower));
            var whole = MemoryMarshal.Cast<float, Vector<float>>(degrees[..values.Length]);
            var pairs = MemoryMarshal.Cast<double, Vector<double>>(values)[..(2 * whole.Length)];
            for (var i = 0; i < whole.Length; i++)
            {
                whole[i] = Vector.Narrow(At(pairs[2 * i]), At(pairs[(2 * i) + 1]));
            }

            var done = whole.Length * Vector<float>.Count;
            base.Fill(values[done..], degrees[done..]);

            Vector<double> At(Vector<double> value)
            {
                var z = (value - mean) / deviation;
                var power = half * z * z;
                var near = Vector.GreaterThan<double>(power, least);
                var elsewhere = Vector.ConditionalSelect(Vector.IsNaN<double>(power), power, Vector<double>.Zero);
                return Vector.ConditionalSelect(
                    near,
                    Vector.Exp(Vector.ConditionalSelect(near, power, least)),
                    elsewhere
                );
            }
        }
    }

    /// <summary>As many degrees of a trapezium, of which a triangle is the narrowest, as fill whole vectors.</summary>
    /// <returns>How many there were.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Slopes(ReadOnlySpan<double> values, double a, double b, double c, double d, Span<float> degrees)
    {
        var (low, from, until, high) = (Of(a), Of(b), Of(c), Of(d));
        var (rise, fall) = (Of(b - a), Of(d - c));
        var whole = MemoryMarshal.Cast<float, Vector<float>>(degrees[..values.Length]);
        var pairs = MemoryMarshal.Cast<double, Vector<double>>(values)[..(2 * whole.Length)];
        for (var i = 0; i < whole.Length; i++)
        {
            whole[i] = Vector.Narrow(At(pairs[2 * i]), At(pairs[(2 * i) + 1]));
        }

        return whole.Length * Vector<float>.Count;

        // What is not known is on neither side of any corner, and so comes out of the division as it went in.
        Vector<double> At(Vector<double> value)
        {
            var rises = Vector.LessThan(value, from);
            var slope =
                Vector.ConditionalSelect(rises, value - low, high - value)
                / Vector.ConditionalSelect(rises, rise, fall);
            var outside = Vector.LessThanOrEqual(value, low) | Vector.GreaterThanOrEqual(value, high);
            var inside = Vector.GreaterThanOrEqual(value, from) & Vector.LessThanOrEqual(value, until);
            slope = Vector.ConditionalSelect(outside, Vector<double>.Zero, slope);
            return Vector.ConditionalSelect(inside, Vector<double>.One, slope);
        }
    }

    private static Vector<double> Of(double number) => new(number);
}
