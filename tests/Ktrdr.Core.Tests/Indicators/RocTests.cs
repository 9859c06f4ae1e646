namespace Ktrdr.Core.Tests;

public sealed class RocTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Roc.Definition;

    // n = 1: (12 − 10)/10 = 20 %; (0 − 12)/12 = −100 %; from 0 there is no percentage.
    [Fact]
    public void From_zero_it_is_undefined() =>
        AssertClose([double.NaN, 20, -100, double.NaN], Over(IndicatorBars.Closes(10, 12, 0, 5), null, ("period", 1)));
}
