using System.Diagnostics;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Measures;

/// <summary>The process that a crash hits: the real server over many homes, with one cycle in each. The cycle of the first home is
/// held at its first durable write, that of the second at its second, and so on; then the process kills itself (kill -9), and
/// leaves each home as if it alone had been hit. A process for every write would spend its time on starting.</summary>
internal static class Doomed
{
    // A run makes a report of progress more or less: only where two in a row ended early are there no more writes.
    private const int AtOnce = 2;
    private const int Threads = 1000; // a write that is held keeps its thread
    private static readonly ManualResetEvent s_never = new(initialState: false);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "homes", "cycle", "side", "database");
        var (homes, side) = (given.Text("homes", ""), given.Text("side", ""));
        var cycle = SmallCycle.Find(given.Text("cycle", ""));
        using var storage = Storage.Elsewhere(given.Text("database", ""));
        ThreadPool.SetMinThreads(Threads, Threads);
        using var listening = AnnouncedWrites.Listen();
        var reached = true;
        for (var first = 1; reached; first += AtOnce)
        {
            var held = await Task.WhenAll(
                Enumerable
                    .Range(first, AtOnce)
                    .Select(write => Task.Run(() => HoldAsync(cycle, storage, HomeOf(homes, write), write, side)))
            );
            reached = held.Contains(true);
            Console.Write(string.Concat(held.Select(one => one ? 'x' : '.')));
        }

        Die();
        return 0;
    }

    /// <summary>The home whose cycle is held at this write.</summary>
    public static string HomeOf(string homes, int write) => Path.Combine(homes, $"write-{write}");

    /// <summary>Runs a cycle until it is held at a write.</summary>
    /// <returns>Whether it was; else it came to its end first.</returns>
    private static async Task<bool> HoldAsync(SmallCycle cycle, Storage storage, string home, int write, string side)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (begun, done) = (0, 0);
        AnnouncedWrites.Heard = new AnnouncedWrites(
            begins: () => HoldWhen(side == "before" ? Interlocked.Increment(ref begun) >= write : done >= write),
            done: () => HoldWhen(Interlocked.Increment(ref done) >= write && side == "after")
        );
        var living = Task.Run(() => LiveAsync(cycle, storage, home));
        if (await Task.WhenAny(living, held.Task) == held.Task)
        {
            return true;
        }

        await living;
        return false;

        void HoldWhen(bool now)
        {
            if (now)
            {
                held.TrySetResult();
                s_never.WaitOne();
            }
        }
    }

    private static async Task LiveAsync(SmallCycle cycle, Storage storage, string home)
    {
        SmallCycle.Prepare(home);
        await using var app = cycle.Build(home, storage);
        await ServerHost.StartAsync(app, CancellationToken.None);
        var id = await cycle.TriggerAsync(app);
        await app.Services.GetRequiredService<IOperations>().WaitAsync(id, CancellationToken.None);
        await app.StopAsync();
    }

    private static void Die()
    {
        using var itself = Process.GetCurrentProcess();
        itself.Kill();
        itself.WaitForExit(); // nothing more may be written while the signal is on its way
    }
}
