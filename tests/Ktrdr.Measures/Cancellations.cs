using System.Diagnostics;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>How soon a cycle is over that is cancelled while it waits for the model.</summary>
internal static class Cancellations
{
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(250);
    private static readonly Wait[] s_waits = Enum.GetValues<Wait>();

    /// <summary>What a cycle is waiting for when it is cancelled.</summary>
    internal enum Wait
    {
        /// <summary>The headers of a reply.</summary>
        Headers,

        /// <summary>The rest of a reply.</summary>
        Rest,

        /// <summary>The number of tokens.</summary>
        Count,

        /// <summary>The time to try again.</summary>
        Retry,
    }

    /// <summary>How one cancellation went.</summary>
    /// <param name="For">What the cycle waited for.</param>
    /// <param name="Took">From the request to cancel until the whole tree was CANCELLED.</param>
    /// <param name="Dropped">Whether the connection that hung was let go.</param>
    internal sealed record Outcome(Wait For, TimeSpan Took, bool Dropped);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "times", "seed");
        var outcomes = await MeasureAsync(given.Number("times", 40), given.Number("seed", 1));
        var first = outcomes[0].Took; // some of its code is still being compiled
        var took = outcomes.Select(outcome => outcome.Took).Order().ToList();
        var p99 = took[(int)Math.Ceiling(0.99 * took.Count) - 1];
        var dropped = outcomes.Count(outcome => outcome.Dropped);
        var dearest = outcomes.MaxBy(outcome => outcome.Took)!.For;
        return Measurements.Say(
            took[^1] <= s_most && dropped == outcomes.Count,
            $"{outcomes.Count} cycles cancelled while waiting for {string.Join(", ", s_waits).ToLowerInvariant()}: whole tree "
                + $"CANCELLED after {Milliseconds(took[took.Count / 2])} in the median, {Milliseconds(p99)} at p99, "
                + $"{Milliseconds(took[^1])} at most ({dearest.ToString().ToLowerInvariant()}; the first of the process took "
                + $"{Milliseconds(first)}, the slowest other {Milliseconds(outcomes.Skip(1).Max(outcome => outcome.Took))}); the limit is {Milliseconds(s_most)}; "
                + $"{dropped} of {outcomes.Count} left no connection; {Load()}"
        );
    }

    /// <summary>Cancels so many cycles, each at a moment of its own.</summary>
    public static async Task<IReadOnlyList<Outcome>> MeasureAsync(int times, int seed)
    {
        await using var claude = await LoopbackServer.StartAsync();
        using var home = new TemporaryHome();
        await using var served = await ServedHome.StartAsync(claude, home.Folder);
        var chance = new Random(seed);
        var outcomes = new List<Outcome>();
        var stalls = 0;
        for (var time = 0; time < times; time++)
        {
            var wait = s_waits[time % s_waits.Length];
            claude.CountFault = wait == Wait.Count ? Fault.Hang : null;
            claude.Answer = _ =>
                wait switch
                {
                    Wait.Rest => Fault.StallAfter(chance.Next(1, 4)),
                    Wait.Retry => Fault.RateLimit(25),
                    _ => Fault.Hang,
                };
            var number = claude.Messages.Count + 1;
            var cycle = await served.Client.TriggerAsync(new TriggerRequest { Seed = 1 }, CancellationToken.None);
            if (wait == Wait.Retry)
            {
                await claude.WaitForRequestAsync(number);
                await claude.Bill.ClosedAsync();
            }
            else
            {
                await claude.WaitForStallAsync(++stalls);
            }

            await Task.Delay(chance.Next(0, 100)); // a random moment of what it does
            var started = Stopwatch.GetTimestamp();
            await served.Client.CancelCycleAsync(cycle.OperationId, CancellationToken.None);
            await CancelledAsync(served.Client, cycle.OperationId);
            var took = Stopwatch.GetElapsedTime(started);
            outcomes.Add(new Outcome(wait, took, await DroppedAsync(claude)));
        }

        return outcomes;
    }

    private static async Task CancelledAsync(KtrdrClient client, string cycle)
    {
        var tree = new List<OperationView> { await client.WaitAsync(cycle, CancellationToken.None) };
        foreach (var child in await client.ChildrenAsync(cycle, CancellationToken.None))
        {
            tree.Add(await client.WaitAsync(child.OperationId, CancellationToken.None));
        }

        if (tree.Find(operation => operation.Status != "cancelled") is { } other)
        {
            throw new InvalidOperationException($"{other.OperationId} ended {other.Status} although it was cancelled.");
        }
    }

    // The server notices a moment later that its client has gone.
    private static async Task<bool> DroppedAsync(LoopbackServer claude)
    {
        try
        {
            await claude.WaitForQuietAsync();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static string Milliseconds(TimeSpan took) => $"{took.TotalMilliseconds:0} ms";

    private static string Load()
    {
        var cores = $"{Environment.ProcessorCount} cores";
        return File.Exists("/proc/loadavg")
            ? $"{cores}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"
            : cores;
    }
}
