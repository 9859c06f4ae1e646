namespace Ktrdr.Core;

/// <summary>How much a value belongs to a fuzzy set: 0 not at all, 1 fully. NaN in, NaN out.</summary>
public abstract record MembershipFunction
{
    private MembershipFunction() { }

    /// <summary>The degree of membership of one value, in [0, 1]; NaN for NaN.</summary>
    public abstract double Degree(double value);

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
    }

    /// <summary>A bell around a mean.</summary>
    /// <remarks><b>Formula.</b> exp(−½((x−μ)/σ)²). <b>Range.</b> σ above 0.</remarks>
    public sealed record Gaussian(double Mean, double Deviation) : MembershipFunction
    {
        /// <inheritdoc/>
        public override double Degree(double value)
        {
            var z = (value - Mean) / Deviation;
            return Math.Exp(-0.5 * z * z);
        }
    }
}
