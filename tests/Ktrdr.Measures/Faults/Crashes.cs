using System.Diagnostics;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Measures;

/// <summary>The exhaustive pass: a cycle is killed before and after every durable write it makes, each time in a home of its own,
/// and whoever serves that home next has to end it as if nothing had been.</summary>
internal static class Crashes
{
    private static readonly string[] s_sides = ["before", "after"];

    /// <summary>What came of a pass.</summary>
    /// <param name="Cycle">Which cycle.</param>
    /// <param name="Places">At how many places one was killed: before and after each of its durable writes.</param>
    /// <param name="Ready">The longest time from a start until the server answered.</param>
    /// <param name="Reconciled">The longest time from a start until all that had been running ran again.</param>
    /// <param name="Violations">What did not hold.</param>
    internal sealed record Outcome(
        string Cycle,
        int Places,
        TimeSpan Ready,
        TimeSpan Reconciled,
        IReadOnlyList<string> Violations
    );

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "cycle", "store");
        using var storage = Storage.Named(given.Text("store", "sqlite"));
        var missed = 0;
        foreach (var cycle in SmallCycle.Named(given.Text("cycle", "")))
        {
            var started = Stopwatch.GetTimestamp();
            var outcome = await MeasureAsync(cycle, storage, s_sides);
            Console.Write($"{storage}, ");
            missed |= Report(outcome, Stopwatch.GetElapsedTime(started));
        }

        return missed;
    }

    public static int Report(Outcome outcome, TimeSpan took) =>
        Measurements.Say(
            outcome.Violations,
            $"{outcome.Cycle}: killed at {outcome.Places} places: {outcome.Violations.Count} violations; "
                + $"ready after {outcome.Ready.TotalMilliseconds:0} ms and reconciled after {outcome.Reconciled.TotalMilliseconds:0} ms at most; "
                + $"{took.TotalSeconds:0} s"
        );

    /// <summary>Kills a cycle at each of its writes, on these sides of it.</summary>
    public static async Task<Outcome> MeasureAsync(SmallCycle cycle, Storage storage, params string[] sides)
    {
        var gate = new Lock();
        var (places, ready, reconciled) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var violations = new List<string>();
        foreach (var side in sides)
        {
            using var homes = new TemporaryHome();
            var killed = await DieAsync(cycle, storage, homes.Folder, side);
            places += killed.Count;
            await Parallel.ForEachAsync(
                killed,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                async (write, _) =>
                {
                    var after = await RestartAsync(cycle, storage, Doomed.HomeOf(homes.Folder, write));
                    lock (gate)
                    {
                        ready = after.Ready > ready ? after.Ready : ready;
                        reconciled = after.Reconciled > reconciled ? after.Reconciled : reconciled;
                        violations.AddRange(
                            after.Violations.Select(violation =>
                                $"killed {side} write {write} of {cycle.Name}: {violation}"
                            )
                        );
                    }
                }
            );
        }

        return new Outcome(cycle.Name, places, ready, reconciled, violations);
    }

    /// <summary>Lets a process die over many homes, at another write in each.</summary>
    /// <returns>The writes at which a cycle was killed.</returns>
    private static async Task<IReadOnlyList<int>> DieAsync(SmallCycle cycle, Storage storage, string homes, string side)
    {
        using var doomed = Process.Start(
            Runtime.This(
                "doomed",
                "--homes",
                homes,
                "--cycle",
                cycle.Name,
                "--side",
                side,
                "--database",
                storage.Database ?? ""
            )
        )!;
        var errors = doomed.StandardError.ReadToEndAsync();
        var said = await doomed.StandardOutput.ReadToEndAsync();
        await doomed.WaitForExitAsync();
        return (await errors).Length == 0
            ? [.. said.Index().Where(write => write.Item == 'x').Select(write => write.Index + 1)]
            : throw new InvalidOperationException($"It died by itself: {await errors}");
    }

    private static async Task<(TimeSpan Ready, TimeSpan Reconciled, IReadOnlyList<string> Violations)> RestartAsync(
        SmallCycle cycle,
        Storage storage,
        string home
    )
    {
        var violations = new List<string>(storage.StandingOf(home).Violations());
        var before = storage.RecordsOf(home);
        var at = DateTimeOffset.UtcNow;
        var started = Stopwatch.GetTimestamp();
        await using var app = cycle.Build(home, storage);
        await ServerHost.StartAsync(app, CancellationToken.None);
        var ready = Stopwatch.GetElapsedTime(started);

        var id =
            before.Operations.FirstOrDefault(operation => !operation.Has("parent_id"))?["id"]
            ?? await cycle.TriggerAsync(app); // nothing had been recorded, so nothing had been promised
        await EndAsync(app, id);
        await app.StopAsync();

        var standing = storage.StandingOf(home, before, atRest: true);
        violations.AddRange(standing.Violations());
        var cycles = standing.Records.Operations.Where(operation => !operation.Has("parent_id")).ToList();
        if (cycles is not [var one] || one["status"] != "completed")
        {
            violations.Add(
                $"one cycle was asked for and there are: {string.Join(", ", cycles.Select(each => $"{each["id"]} {each["status"]} {each["error"]}"))}"
            );
        }

        return (ready, Restarts.Reconciled(before, standing.Records, at), violations);
    }

    private static async Task EndAsync(WebApplication app, string id)
    {
        var operations = app.Services.GetRequiredService<IOperations>();
        try
        {
            await operations.WaitAsync(id, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            // It is stuck, which the records say better.
        }
    }
}
