using System.Diagnostics;
using System.Globalization;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Measures;

/// <summary>The exhaustive pass: a cycle is killed before and after every durable write it makes, each time in a home of its own,
/// and the next process has to end it as if nothing had been.</summary>
internal static class Crashes
{
    private static readonly string[] s_sides = ["before", "after"];

    /// <summary>What came of a pass.</summary>
    /// <param name="Cycle">Which cycle.</param>
    /// <param name="Writes">How many durable writes it makes when nothing happens to it.</param>
    /// <param name="Crashed">How many processes died where they were told.</param>
    /// <param name="Ready">The longest time from a start until the server answered.</param>
    /// <param name="Reconciled">The longest time from a start until all that had been running ran again.</param>
    /// <param name="Violations">What did not hold.</param>
    internal sealed record Outcome(
        string Cycle,
        int Writes,
        int Crashed,
        TimeSpan Ready,
        TimeSpan Reconciled,
        IReadOnlyList<string> Violations
    );

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "cycle");
        var missed = 0;
        foreach (
            var cycle in given.Text("cycle", "") is { Length: > 0 } named
                ? [SmallCycle.Find(named)]
                : (SmallCycle[])[SmallCycle.Scripted, SmallCycle.Lesson]
        )
        {
            var started = Stopwatch.GetTimestamp();
            var outcome = await MeasureAsync(cycle, s_sides);
            missed |= Report(outcome, Stopwatch.GetElapsedTime(started));
        }

        return missed;
    }

    public static int Report(Outcome outcome, TimeSpan took)
    {
        foreach (var violation in outcome.Violations)
        {
            Console.WriteLine($"  {violation}");
        }

        return Measurements.Say(
            outcome.Violations.Count == 0,
            $"{outcome.Cycle}: {outcome.Writes} durable writes, killed at {outcome.Crashed} places: {outcome.Violations.Count} violations; "
                + $"ready after {outcome.Ready.TotalMilliseconds:0} ms and reconciled after {outcome.Reconciled.TotalMilliseconds:0} ms at most; "
                + $"{took.TotalSeconds:0} s"
        );
    }

    /// <summary>Kills a cycle at each of its writes, on these sides of it.</summary>
    public static async Task<Outcome> MeasureAsync(SmallCycle cycle, params string[] sides)
    {
        var writes = await CountAsync(cycle);
        var places = Enumerable.Range(1, writes).SelectMany(write => sides.Select(side => (Write: write, Side: side)));
        var gate = new Lock();
        var (crashed, ready, reconciled) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var violations = new List<string>();
        await Parallel.ForEachAsync(
            places,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (place, _) =>
            {
                using var home = new TemporaryHome();
                var died = await DieAsync(cycle, home.Folder, place.Write, place.Side) is null;
                var after = await RestartAsync(cycle, home.Folder);
                lock (gate)
                {
                    crashed += died ? 1 : 0;
                    ready = after.Ready > ready ? after.Ready : ready;
                    reconciled = after.Reconciled > reconciled ? after.Reconciled : reconciled;
                    violations.AddRange(
                        after.Violations.Select(violation =>
                            $"killed {place.Side} write {place.Write} of {cycle.Name}: {violation}"
                        )
                    );
                }
            }
        );
        return new Outcome(cycle.Name, writes, crashed, ready, reconciled, violations);
    }

    private static async Task<int> CountAsync(SmallCycle cycle)
    {
        using var home = new TemporaryHome();
        return await DieAsync(cycle, home.Folder, write: 0, side: "before")
            ?? throw new InvalidOperationException("A process that nobody killed died.");
    }

    /// <summary>Lets a process die at a write.</summary>
    /// <returns>How many writes there were, when it outlived them all; a run makes a report of progress more or less.</returns>
    private static async Task<int?> DieAsync(SmallCycle cycle, string home, int write, string side)
    {
        SmallCycle.Prepare(home);
        var number = write.ToString(CultureInfo.InvariantCulture);
        using var doomed = Process.Start(
            Runtime.This("doomed", "--home", home, "--cycle", cycle.Name, "--write", number, "--side", side)
        )!;
        var errors = doomed.StandardError.ReadToEndAsync();
        var said = await doomed.StandardOutput.ReadToEndAsync();
        await doomed.WaitForExitAsync();
        return said.Length > 0 ? int.Parse(said, CultureInfo.InvariantCulture)
            : (await errors).Length == 0 ? null
            : throw new InvalidOperationException($"It died by itself: {await errors}");
    }

    private static async Task<(TimeSpan Ready, TimeSpan Reconciled, IReadOnlyList<string> Violations)> RestartAsync(
        SmallCycle cycle,
        string home
    )
    {
        var violations = new List<string>(Standing.Of(home).Violations());
        var before = Records.OfHome(home);
        var at = DateTimeOffset.UtcNow;
        var started = Stopwatch.GetTimestamp();
        await using var app = cycle.Build(home);
        await ServerHost.StartAsync(app, CancellationToken.None);
        var ready = Stopwatch.GetElapsedTime(started);

        var id =
            before.Operations.FirstOrDefault(operation => !operation.Has("parent_id"))?["id"]
            ?? await cycle.TriggerAsync(app); // nothing had been recorded, so nothing had been promised
        await EndAsync(app, id);
        await app.StopAsync();

        var standing = Standing.Of(home, before, atRest: true);
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
