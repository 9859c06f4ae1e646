using System.Diagnostics;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Measures;

/// <summary>The process that a crash hits: the real server with one cycle, which kills itself (kill -9) at a write it was told.</summary>
/// <remarks>Every durable write of the product is an activity: it starts before, with what was written so far beside its place
/// at most, and stops after. Who lives to the end says how many there were.</remarks>
internal static class Doomed
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "home", "cycle", "write", "side");
        var cycle = SmallCycle.Find(given.Text("cycle", ""));
        var (at, side) = (given.Number("write", 0), given.Text("side", "before"));
        var (begun, done) = (0, 0);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.EndsWith(".Writes", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = _ => DieWhen(Interlocked.Increment(ref begun) == at && side == "before"),
            ActivityStopped = _ => DieWhen(Interlocked.Increment(ref done) == at && side == "after"),
        };
        ActivitySource.AddActivityListener(listener);

        await using var app = cycle.Build(given.Text("home", ""));
        await ServerHost.StartAsync(app, CancellationToken.None);
        var id = await cycle.TriggerAsync(app);
        await app.Services.GetRequiredService<IOperations>().WaitAsync(id, CancellationToken.None);
        Console.WriteLine(begun);
        await app.StopAsync();
        return 0;
    }

    private static void DieWhen(bool now)
    {
        if (now)
        {
            using var itself = Process.GetCurrentProcess();
            itself.Kill();
            itself.WaitForExit(); // nothing more may be written while the signal is on its way
        }
    }
}
