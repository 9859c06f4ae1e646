using System.Collections.Concurrent;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Server;

namespace Ktrdr.Measures;

/// <summary>Whether recorded cycles come out again byte by byte, without key and network.</summary>
internal static class Replays
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var cycles = Arguments.Read(arguments, "cycles").Number("cycles", 100);
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = Scenarios.Cycle(small: true);
        using var home = new TemporaryHome();
        var recorded = await RecordAsync(claude, home, cycles);
        var asked = claude.Requests.Count;

        var differing = new ConcurrentQueue<string>();
        var parts = 0;
        await Parallel.ForEachAsync(
            recorded,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (cycle, stop) =>
            {
                var replay = await Replay.RunAsync(home.Folder, cycle, keep: null, stop);
                Interlocked.Add(ref parts, replay.Parts.Count);
                if (!replay.Same)
                {
                    differing.Enqueue(
                        $"{cycle}: "
                            + string.Join(
                                ", ",
                                replay.Parts.Where(part => part.Outcome != "same").Select(part => part.Name)
                            )
                    );
                }
            }
        );

        var more = claude.Requests.Count - asked;
        foreach (var difference in differing)
        {
            Console.WriteLine($"  differs: {difference}");
        }

        return Measurements.Say(
            differing.IsEmpty && more == 0,
            $"{cycles - differing.Count} of {cycles} recorded cycles came out byte-identical ({parts} parts compared); {more} requests "
                + "at the model server meanwhile"
        );
    }

    // Gates are bypassed for every second one: so there are whole cycles among them, and ones that a gate turned away.
    private static async Task<IReadOnlyList<string>> RecordAsync(LoopbackServer claude, TemporaryHome home, int cycles)
    {
        await using var served = await ServedHome.StartAsync(claude, home.Folder);
        var recorded = new List<string>();
        for (var seed = 1; seed <= cycles; seed++)
        {
            var request = new TriggerRequest { Seed = seed, BypassGates = seed % 2 == 0 };
            recorded.Add((await served.CycleAsync(request)).OperationId);
        }

        return recorded;
    }
}
