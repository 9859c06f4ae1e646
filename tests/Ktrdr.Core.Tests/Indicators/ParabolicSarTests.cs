namespace Ktrdr.Core.Tests;

public sealed class ParabolicSarTests : IndicatorTests
{
    protected override IndicatorDefinition Definition => ParabolicSar.Definition;

    // Acceleration 0.02, step 0.02, at most 0.2.
    // Bar 2: closed higher, so a rise; the stop is the lower low, 9, the extreme 11.
    // Bar 3: 9 + 0.02·(11 − 9) = 9.04, but not above the low 9 of bar 1. New extreme 12, factor 0.04.
    // Bar 4: 9 + 0.04·3 = 9.12. New extreme 13, factor 0.06.
    // Bar 5: 9.12 + 0.06·3.88 = 9.3528, which the low of 9 passes: a fall from the old extreme 13; extreme 9, factor 0.02.
    // Bar 6: 13 + 0.02·(9 − 13) = 12.92, but not below the high 13 of bar 4. New extreme 8.5, factor 0.04.
    // Bar 7: 13 + 0.04·(8.5 − 13) = 12.82.
    [Fact]
    public void Matches_the_hand_calculation() =>
        AssertClose(
            [double.NaN, 9, 9, 9.12, 13, 13, 12.82],
            Over(
                IndicatorBars.Of(
                    (10, 9, 9.5, 0),
                    (11, 10, 10.5, 0),
                    (12, 11, 11.5, 0),
                    (13, 12, 12.5, 0),
                    (12.5, 9, 9.2, 0),
                    (10, 8.5, 9, 0),
                    (9.5, 8, 8.5, 0)
                )
            )
        );

    [Fact]
    public void A_bar_that_spans_the_whole_trend_turns_it_at_its_own_high() =>
        AssertClose([double.NaN, 9, 14], Over(IndicatorBars.Of((10, 9, 9.5, 0), (11, 10, 10.5, 0), (14, 8, 9, 0))));
}
