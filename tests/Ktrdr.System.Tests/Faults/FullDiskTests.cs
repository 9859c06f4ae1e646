using System.Diagnostics;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>The disk of a home fills up while a cycle is made. The command has it before every write; here it is every eighth.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_cycle_that_meets_a_full_disk_says_so_and_the_server_goes_on_once_there_is_room()
    {
        Assert.SkipWhen(SmallDisk.Missing is not null, SmallDisk.Missing ?? "");
        var started = Stopwatch.GetTimestamp();
        var outcome = await FullDisk.MeasureAsync(SmallCycle.Scripted, every: 8);

        FullDisk.Report(outcome, Stopwatch.GetElapsedTime(started));
        Assert.Empty(outcome.Violations);
        Assert.NotEqual(0, outcome.Filled);
    }
}
