using System.Diagnostics;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>A cycle is killed at every durable write it makes, in a process of its own each time.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task A_cycle_killed_after_any_of_its_writes_is_ended_by_the_next_process()
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await Crashes.MeasureAsync(SmallCycle.Scripted, "after");

        Crashes.Report(outcome, Stopwatch.GetElapsedTime(started));
        Assert.Empty(outcome.Violations);
        // A report of progress more or less is written when the machine is slow.
        Assert.InRange(outcome.Crashed, outcome.Writes - 5, outcome.Writes);
    }

    [Fact]
    public async Task Whatever_is_killed_paused_cancelled_and_restarted_everything_that_must_hold_holds()
    {
        const int Kills = 20;
        const int Seed = 1;
        using var home = new Home();
        var outcome = await new RandomFaults(home.Folder, Seed).MeasureAsync(Kills);

        RandomFaults.Report(outcome, Kills, Seed);
        Assert.Empty(outcome.Violations);
    }
}
