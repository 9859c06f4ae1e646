namespace Ktrdr.Core.Tests;

public sealed class SmaTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Sma.Definition;

    [Fact]
    public void A_huge_value_is_forgotten_once_it_has_left_the_window()
    {
        double[] values = [1, 2, 1e17, 3, 4, 5];
        Assert.Equal(4, Over(IndicatorBars.Closes(values), null, ("period", 3))[^1]);
    }

    [Fact]
    public void Half_a_million_bars_do_not_make_it_drift()
    {
        var bars = IndicatorBars.Walk(500_000);
        var average = Over(bars, null, ("period", 20));
        AssertClose([bars.Close[^20..].ToArray().Average()], [average[^1]]);
    }

    [Fact]
    public void It_reads_the_column_that_the_source_names()
    {
        var bars = IndicatorBars.Of((4, 2, 3, 10), (6, 2, 3, 30));
        var settings = Definition.SettingsFrom(
            new Dictionary<string, double> { ["period"] = 2 },
            new Dictionary<string, string>(),
            "high"
        );
        Assert.Equal([double.NaN, 5], Definition.Over(bars, settings)[0]);
    }
}
