namespace Ktrdr.Core.Tests;

public sealed class BollingerBandsTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => BollingerBands.Definition;

    [Theory]
    [InlineData("upper")]
    [InlineData("middle")]
    [InlineData("lower")]
    public void Over_a_flat_window_the_bands_meet(string output) =>
        AssertClose([double.NaN, 1.1, 1.1], Over(IndicatorBars.Closes(1.1, 1.1, 1.1), output, ("period", 2)));
}
