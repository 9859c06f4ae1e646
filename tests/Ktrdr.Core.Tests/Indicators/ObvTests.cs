namespace Ktrdr.Core.Tests;

public sealed class ObvTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Obv.Definition;

    // 0, then the close rises (+200), falls (−50), stays.
    [Fact]
    public void It_starts_at_zero_and_an_unchanged_close_adds_nothing() =>
        Assert.Equal(
            [0, 200, 150, 150],
            Over(IndicatorBars.Of((9, 9, 9, 100), (10, 10, 10, 200), (8, 8, 8, 50), (8, 8, 8, 70)))
        );

    [Fact]
    public void Half_a_million_bars_do_not_make_it_drift()
    {
        var bars = IndicatorBars.Of(500_001, i => (1 + i, 1 + i, 1 + i, 1 + i, 0.1));
        Assert.Equal(50_000.0, Over(bars)[^1], 1e-9);
    }
}
