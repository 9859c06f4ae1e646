using System.Diagnostics;
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
    public async Task A_figure_is_reached(string name, params string[] arguments) =>
        Assert.Equal(0, await Measurements.Find(name)!.RunAsync(arguments));

    // In a process of its own: it counts the processes that were started, and the tests beside it start some.
    [Fact]
    public async Task What_a_hostile_model_writes_has_no_effect()
    {
        using var measures = Process.Start(
            Runtime.This("measure", "hostile", "--count", "200", "--instructions", "6")
        )!;

        var said = await measures.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await measures.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(measures.ExitCode == 0, said);
    }

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
