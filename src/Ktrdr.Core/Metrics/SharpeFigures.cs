namespace Ktrdr.Core;

/// <summary>What a trial keeps of its per-bar returns. Nothing here is annualised.</summary>
/// <remarks>
/// <para><b>Formula.</b> Sharpe ratio: mean over <b>sample</b> deviation (n − 1), risk-free rate 0. Skewness
/// <c>m₃/m₂^1.5</c> and kurtosis <c>m₄/m₂²</c> of the central <b>population</b> moments; a normal distribution has 0 and 3.</para>
/// <para><b>Source.</b> D. H. Bailey and M. López de Prado, <i>The Sharpe Ratio Efficient Frontier</i> (2012).</para>
/// <para><b>Undefined.</b> All three are NaN with fewer than two returns, a return that is NaN, or a deviation below 1e-10.</para>
/// </remarks>
/// <param name="Count">How many returns, T.</param>
/// <param name="SharpeRatio">Per bar.</param>
/// <param name="Skewness">γ₃.</param>
/// <param name="Kurtosis">γ₄, 3 for a normal distribution.</param>
public sealed record SharpeFigures(int Count, double SharpeRatio, double Skewness, double Kurtosis)
{
    /// <summary>A deviation of returns below this is none: an equity that never moved has no Sharpe ratio.</summary>
    internal const double SmallestDeviation = 1e-10;

    /// <summary>Measures per-bar returns.</summary>
    public static SharpeFigures Of(ReadOnlySpan<double> returns)
    {
        var (mean, deviation) = MeanAndDeviation(returns);
        if (!(deviation >= SmallestDeviation))
        {
            return new SharpeFigures(returns.Length, double.NaN, double.NaN, double.NaN);
        }

        double second = 0,
            third = 0,
            fourth = 0;
        foreach (var value in returns)
        {
            var square = (value - mean) * (value - mean);
            second += square;
            third += square * (value - mean);
            fourth += square * square;
        }

        (second, third, fourth) = (second / returns.Length, third / returns.Length, fourth / returns.Length);
        return new SharpeFigures(
            returns.Length,
            mean / deviation,
            third / Math.Pow(second, 1.5),
            fourth / (second * second)
        );
    }

    /// <summary>Mean and sample deviation (n − 1); NaN where there are too few values.</summary>
    internal static (double Mean, double Deviation) MeanAndDeviation(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, values.Length < 2 ? double.NaN : Math.Sqrt(squares / (values.Length - 1)));
    }
}
