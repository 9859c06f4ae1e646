namespace Ktrdr.Core.Tests;

public sealed class DistanceFromMaTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => DistanceFromMa.Definition;

    // n = 2, simple: averages 11 and 11.5; 100·(12 − 11)/11 and 100·(11 − 11.5)/11.5.
    [Fact]
    public void Matches_the_hand_calculation_from_a_simple_average() =>
        AssertClose([double.NaN, 100.0 / 11, -50 / 11.5], Over(IndicatorBars.Closes(10, 12, 11), null, ("period", 2)));

    // n = 3, exponential: averages 12 and 14; 100·(14 − 12)/12 and 100·(16 − 14)/14.
    [Fact]
    public void Matches_the_hand_calculation_from_an_exponential_average()
    {
        var settings = Definition.SettingsFrom(
            new Dictionary<string, double> { ["period"] = 3 },
            new Dictionary<string, string> { ["ma_type"] = "ema" }
        );
        AssertClose(
            [double.NaN, double.NaN, 200.0 / 12, 200.0 / 14],
            Definition.Over(IndicatorBars.Closes(10, 12, 14, 16), settings)[0]
        );
    }
}
