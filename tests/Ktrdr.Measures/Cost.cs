using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>What whole cycles cost at list price with the default model, and that the ledger is the bill.</summary>
/// <remarks>Every cycle meets a server that has cached nothing: cycles are rarer than five minutes, and writing is dearer than
/// reading. Gates are bypassed, so that every cycle pays for its assessment too.</remarks>
internal static class Cost
{
    private const long Most = 120_000_000; // $0.12 in nano-dollars
    private const string Default = "claude-opus-5-5";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var cycles = Arguments.Read(arguments, "cycles").Number("cycles", 20);
        using var home = new TemporaryHome();
        var costs = new List<long>();
        long apart = 0;
        for (var seed = 1; seed <= cycles; seed++)
        {
            var (charged, billed) = await PayAsync(home, Scenarios.Cycle(seed), seed);
            costs.Add(charged);
            apart = Math.Max(apart, Math.Abs(charged - billed));
        }

        var missed = Measurements.Say(
            costs.Max() <= Most && apart == 0,
            $"{cycles} cycles with {Default} at list price, cold cache: {Dollars((long)costs.Average())} a cycle in the mean, "
                + $"{Dollars(costs.Max())} at most; the limit is {Dollars(Most)}; ledger and bill are {apart} nano-dollars apart"
        );
        foreach (var story in (string[])["corrected", "prose"])
        {
            var (charged, billed) = await PayAsync(home, Scenarios.Named(story).Begin(), seed: cycles + 1, fresh: true);
            missed |= Measurements.Say(
                charged <= Most && charged == billed,
                $"  {Scenarios.Named(story).Shows} {Dollars(charged)}, as the bill says"
            );
        }

        return missed;
    }

    private static async Task<(long Charged, long Billed)> PayAsync(
        TemporaryHome home,
        Func<ReceivedRequest, Turn> answer,
        int seed,
        bool fresh = false
    )
    {
        // The stories beside the series hand in its first design, which a home that knows it would refuse.
        using var other = fresh ? new TemporaryHome() : null;
        await using var claude = await LoopbackServer.StartAsync();
        claude.Answer = answer;
        await using var served = await ServedHome.StartAsync(claude, (other ?? home).Folder);
        var cycle = await served.CompletedAsync(new TriggerRequest { Seed = seed, BypassGates = true });
        var calls = await served.Client.CallsAsync(new CallFilter(Cycle: cycle.OperationId), CancellationToken.None);
        await claude.Bill.ClosedAsync();
        return calls.Data.All(call => call.Model == Default)
            ? ((long)(calls.Data.Sum(call => call.Settled ?? call.Reserved) * 1_000_000_000m), claude.Bill.Total)
            : throw new InvalidOperationException($"A call went to another model than {Default}.");
    }

    private static string Dollars(long nano) => Bill.Dollars(nano);
}
