using System.Diagnostics;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>A cycle is killed at every durable write it makes, and served again.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task A_cycle_killed_after_any_of_its_writes_is_ended_by_the_next_process()
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await Crashes.MeasureAsync(SmallCycle.Scripted, Storage.Sqlite, "after");

        Crashes.Report(outcome, Stopwatch.GetElapsedTime(started));
        Assert.Empty(outcome.Violations);
        // Each of five operations is recorded, claimed and ended, and notes something in between.
        Assert.True(outcome.Places > 5 * 3, $"It was killed at {outcome.Places} places.");
    }
}
