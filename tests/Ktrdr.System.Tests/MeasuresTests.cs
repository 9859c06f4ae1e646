using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>The figures in small: what is counted must be right in any count. What is timed is left to the command.</summary>
public sealed class MeasuresTests
{
    [Theory]
    [InlineData("tokens")]
    [InlineData("cost", "--cycles", "2")]
    [InlineData("requests", "--count", "80")]
    [InlineData("replay", "--cycles", "2")]
    [InlineData("hostile", "--count", "200", "--instructions", "6")]
    public async Task A_figure_is_reached(string name, params string[] arguments) =>
        Assert.Equal(0, await Measurements.Find(name)!.RunAsync(arguments));

    [Fact]
    public async Task A_cycle_cancelled_while_it_waits_for_the_model_leaves_no_connection()
    {
        var outcomes = await Cancellations.MeasureAsync(times: 4, seed: 1);

        Assert.Equal(Enum.GetValues<Cancellations.Wait>(), outcomes.Select(outcome => outcome.For));
        Assert.All(outcomes, outcome => Assert.True(outcome.Dropped, $"{outcome.For}"));
    }

    [Fact]
    public async Task Planted_words_are_in_the_record_and_nowhere_else()
    {
        var outcome = await Secrets.MeasureAsync([Secrets.Failures()[0], Secrets.Failures()[^1]]);

        Assert.Empty(outcome.Found);
        Assert.True(outcome.Recorded);
    }
}
