using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>Many at once, in small: what is counted must be right in any count. What is timed is left to the command.</summary>
public sealed class CrowdTests
{
    [Fact]
    public async Task Of_many_triggers_at_once_one_starts_a_cycle_and_the_others_are_told_which() =>
        Assert.Empty((await Triggers.MeasureAsync(Storage.Sqlite, times: 3, count: 200)).Wrong);

    [Fact]
    public async Task A_cycle_cancelled_at_any_instant_ends_as_whoever_asked_was_told()
    {
        var outcomes = await Stops.MeasureAsync("sqlite", times: 3, seed: 1);

        Assert.Equal(["designing", "training", "backtesting", "assessing"], outcomes.Select(outcome => outcome.Phase));
        Assert.All(outcomes, outcome => Assert.Empty(outcome.Disagreements));
    }

    [Fact]
    public async Task Of_many_event_streams_none_loses_or_doubles_a_line()
    {
        using var home = new TemporaryHome();
        using var server = await Victim.StartAsync(home.Folder, SmallCycle.Scripted.Settings("0.2"));

        var (lines, wrong) = await Crowd.ListenAsync(server, home, clients: 100);

        Assert.NotEqual(0, lines);
        Assert.Empty(wrong);
    }
}
