namespace Ktrdr.Core.Tests;

public sealed class AroonTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Aroon.Definition;

    // n = 4, five bars to look at. Fifth bar: the highest, 7, is at the second and the fourth; the older counts, three
    // ago, so 100·(4 − 3)/4. The lowest, 3, is one ago: 75. Sixth bar: the old 7 is four ago: 0; the 3 two ago: 50.
    [Theory]
    [InlineData("up", 25, 0)]
    [InlineData("down", 75, 50)]
    [InlineData("oscillator", -50, -50)]
    public void Matches_the_hand_calculation(string output, double fifth, double sixth) =>
        Assert.Equal(
            [double.NaN, double.NaN, double.NaN, double.NaN, fifth, sixth],
            Over(
                IndicatorBars.Of((5, 4, 5, 0), (7, 5, 6, 0), (6, 4, 5, 0), (7, 3, 5, 0), (6, 4, 5, 0), (5, 4, 5, 0)),
                output,
                ("period", 4)
            )
        );

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(25)]
    [InlineData(200)]
    public void Over_a_long_column_it_is_what_looking_at_each_window_says(int period)
    {
        // Few different prices, so that the older of equal ones counts in most windows; one bar is missing.
        var random = new Random(period);
        var rows = Enumerable
            .Range(0, 3_000)
            .Select(_ => (High: 20.0 + random.Next(9), Low: 10.0 - random.Next(9), 15.0, 0.0))
            .ToArray();
        rows[1_030] = (double.NaN, double.NaN, 15, 0);
        var bars = IndicatorBars.Of(rows);
        var up = Over(bars, "up", ("period", period));
        var down = Over(bars, "down", ("period", period));

        for (var i = period; i < rows.Length; i++)
        {
            var window = rows[(i - period)..(i + 1)];
            var highs = window.Select(row => row.High).ToList();
            var lows = window.Select(row => row.Low).ToList();
            var isKnown = !highs.Any(double.IsNaN);
            Assert.Equal(isKnown ? 100.0 * highs.IndexOf(highs.Max()) / period : double.NaN, up[i], 1e-12);
            Assert.Equal(isKnown ? 100.0 * lows.IndexOf(lows.Min()) / period : double.NaN, down[i], 1e-12);
        }
    }
}
