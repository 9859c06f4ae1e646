namespace Ktrdr.Core.Tests;

public sealed class SharpeFiguresTests
{
    // Returns 0, 0, 0, 4 %: mean 1 %. In percent, off the mean: −1, −1, −1, 3. Squares sum to 12: sample deviation 2,
    // Sharpe 0.5. Central moments over 4: m₂ = 3, m₃ = (−3 + 27)/4 = 6, m₄ = (3 + 81)/4 = 21.
    // Skewness 6/3^1.5 = 1.1547, kurtosis 21/9.
    [Fact]
    public void Matches_the_hand_calculation()
    {
        var figures = SharpeFigures.Of([0, 0, 0, 0.04]);

        Assert.Equal(4, figures.Count);
        Assert.Equal(0.5, figures.SharpeRatio, 12);
        Assert.Equal(1.154700538, figures.Skewness, 9);
        Assert.Equal(21.0 / 9, figures.Kurtosis, 9);
    }

    [Fact]
    public void Normal_returns_have_a_kurtosis_of_three_and_no_skewness()
    {
        var random = new Seed(1).For("normal returns");
        var returns = new double[200_000];
        for (var i = 0; i < returns.Length; i++)
        {
            returns[i] =
                0.01 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
        }

        var figures = SharpeFigures.Of(returns);

        Assert.Equal(0, figures.Skewness, 0.03);
        Assert.Equal(3, figures.Kurtosis, 0.06);
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { 0.01 })]
    [InlineData(new[] { 0.01, 0.01, 0.01 })]
    [InlineData(new[] { 0.01, double.NaN, 0.02 })]
    public void Returns_that_never_moved_or_are_missing_have_none(double[] returns)
    {
        var figures = SharpeFigures.Of(returns);

        Assert.Equal(returns.Length, figures.Count);
        Assert.True(double.IsNaN(figures.SharpeRatio));
        Assert.True(double.IsNaN(figures.Skewness));
        Assert.True(double.IsNaN(figures.Kurtosis));
    }
}
