namespace Ktrdr.Core.Tests;

public sealed class EmaTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => Ema.Definition;

    // n = 3, α = 1/2: the mean of 10, 12, 14 is 12; then 12 + (16 − 12)/2 = 14.
    [Fact]
    public void It_starts_at_the_mean_of_the_first_values() =>
        AssertClose([double.NaN, double.NaN, 12, 14], Over(IndicatorBars.Closes(10, 12, 14, 16), null, ("period", 3)));

    [Fact]
    public void A_source_that_begins_late_is_averaged_from_its_first_value() =>
        AssertClose(
            [double.NaN, double.NaN, double.NaN, double.NaN, 12, double.NaN, 14],
            Over(IndicatorBars.Closes(double.NaN, double.NaN, 10, 12, 14, double.NaN, 16), null, ("period", 3))
        );
}
