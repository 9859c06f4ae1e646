using System.Diagnostics;
using Ktrdr.Client;
using Ktrdr.Loopback;

namespace Ktrdr.Measures;

/// <summary>The random pass: a server is killed, paused, told to end and started again, its cycles cancelled, all at random
/// moments, and after each of these everything that must hold is looked at. What happens next is drawn from the seed.</summary>
internal sealed class RandomFaults(string home, Storage storage, int seed)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Random _chance = new(seed);
    private readonly List<string> _violations = [];
    private readonly List<TimeSpan> _ready = [];
    private readonly List<TimeSpan> _reconciled = [];
    private Records? _before;
    private (Records Crashed, DateTimeOffset Restarted)? _restart;
    private int _kills;
    private int _pauses;
    private int _cancels;
    private int _ends;
    private int _lateEnds;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "kills", "seed", "store");
        var (kills, seed) = (given.Number("kills", 1000), given.Number("seed", 1));
        using var storage = Storage.Named(given.Text("store", "sqlite"));
        using var folder = new TemporaryHome();
        return Report(await new RandomFaults(folder.Folder, storage, seed).MeasureAsync(kills), kills, seed);
    }

    /// <summary>What came of a pass.</summary>
    /// <param name="Summary">Its figures in a line.</param>
    /// <param name="Violations">What did not hold; the pass ends with the first.</param>
    internal sealed record Outcome(string Summary, IReadOnlyList<string> Violations);

    public static int Report(Outcome outcome, int kills, int seed)
    {
        foreach (var violation in outcome.Violations)
        {
            Console.WriteLine($"  {violation}");
        }

        if (outcome.Violations.Count > 0)
        {
            Console.WriteLine($"  once more: measure faults --kills {kills} --seed {seed}");
        }

        return Measurements.Say(outcome.Violations.Count == 0, $"seed {seed}: {outcome.Summary}");
    }

    /// <summary>Breaks things until the server was killed so often, then lets all that was begun come to its end.</summary>
    public async Task<Outcome> MeasureAsync(int kills)
    {
        var started = Stopwatch.GetTimestamp();
        SmallCycle.Prepare(home);
        var victim = await StartAsync();
        try
        {
            while (_kills < kills && _violations.Count == 0)
            {
                await TriggerAsync(victim);
                await Task.Delay(_chance.Next(0, 400)); // a random moment of the cycle
                var what = _chance.Next(10);
                switch (what)
                {
                    case < 6:
                        _kills++;
                        await victim.KillAsync();
                        Look($"kill {_kills}");
                        victim = await RestartAsync(victim);
                        break;
                    case < 7:
                        _pauses++;
                        await victim.PauseAsync(
                            TimeSpan.FromMilliseconds(_chance.Next(10, 200)),
                            () => Look($"a pause after kill {_kills}")
                        );
                        break;
                    case < 9:
                        await CancelAsync(victim);
                        Look($"a cancellation after kill {_kills}");
                        break;
                    default:
                        _ends++;
                        await EndAsync(victim);
                        victim = await RestartAsync(victim);
                        break;
                }
            }

            await QuietAsync(victim);
            Look("the end", atRest: true);
            await CountAsync(victim);
        }
        finally
        {
            victim.Dispose();
        }

        return new Outcome(Summary(Stopwatch.GetElapsedTime(started)), _violations);
    }

    private string Summary(TimeSpan took)
    {
        var cycles = _before!
            .Operations.Where(operation => !operation.Has("parent_id"))
            .CountBy(cycle => cycle["status"]);
        return $"{storage}: {_kills} kills, {_pauses} pauses, {_cancels} cancellations, {_ends} shutdowns ({_lateEnds} took more than 5 s): {_violations.Count} violations over "
            + $"{string.Join(", ", cycles.OrderBy(each => each.Key).Select(each => $"{each.Value} cycles {each.Key}"))}; "
            + $"ready after {Middle(_ready)} (with the start of the process), reconciled after {Middle(_reconciled)}; {took.TotalSeconds:0} s";
    }

    private static string Middle(List<TimeSpan> times) =>
        times.Count == 0
            ? "nothing"
            : $"{times.Order().ElementAt(times.Count / 2).TotalMilliseconds:0} ms in the median, {times.Max().TotalMilliseconds:0} ms at most";

    /// <summary>Whose cycles are asked for next is drawn as well; what was begun goes on with its own.</summary>
    private Task<Victim> StartAsync() =>
        Victim.StartAsync(
            home,
            storage.Settings(home, (_chance.Next(2) == 0 ? SmallCycle.Scripted : SmallCycle.Lesson).Settings("0.1"))
        );

    private async Task<Victim> RestartAsync(Victim dead)
    {
        dead.Dispose();
        var victim = await StartAsync();
        _ready.Add(victim.Ready);
        _restart = (_before!, victim.Started);
        return victim;
    }

    private async Task TriggerAsync(Victim victim)
    {
        try
        {
            await victim.Client.TriggerAsync(
                new TriggerRequest
                {
                    Strategy = _chance.Next(2) == 0 ? "lesson" : null,
                    Symbol = "SAMPLE",
                    Seed = 1,
                    BypassGates = true,
                },
                CancellationToken.None
            );
        }
        catch (KtrdrApiException refused) when (refused.Problem.Code == "active_cycle_exists")
        {
            // One is live, which is as good.
        }
    }

    private async Task CancelAsync(Victim victim)
    {
        if (await victim.Client.AgentStatusAsync(CancellationToken.None) is not ActiveAgent { OperationId: var id })
        {
            return;
        }

        try
        {
            await victim.Client.CancelCycleAsync(id, CancellationToken.None);
            _cancels++;
            var end = await victim.Client.WaitAsync(id, CancellationToken.None).WaitAsync(s_patience);
            if (end.Status != "cancelled")
            {
                _violations.Add($"a cancellation of {id} was accepted, and it ended {end.Status}");
            }
        }
        catch (KtrdrApiException ended) when (ended.Problem.Code == "operation_finished")
        {
            // It was over first.
        }
    }

    private async Task EndAsync(Victim victim)
    {
        var (exitCode, took) = await victim.TerminateAsync();

        // A machine that has no time for it makes a process miss its five seconds, which says nothing about what is kept.
        _lateEnds += took > TimeSpan.FromSeconds(5) ? 1 : 0;
        if (exitCode != 0 && took <= TimeSpan.FromSeconds(5))
        {
            _violations.Add($"told to end after kill {_kills}, it exited with {exitCode}");
        }

        Look($"a shutdown after kill {_kills}");
    }

    private static async Task QuietAsync(Victim victim)
    {
        while (await victim.Client.AgentStatusAsync(CancellationToken.None) is ActiveAgent { OperationId: var id })
        {
            await victim.Client.WaitAsync(id, CancellationToken.None).WaitAsync(s_patience);
        }
    }

    private void Look(string after, bool atRest = false)
    {
        var standing = storage.StandingOf(home, _before, atRest);
        _violations.AddRange(standing.Violations().Select(violation => $"after {after}: {violation}"));
        _before = standing.Records;
        if (_restart is var (crashed, restarted) && Restarts.Reconciled(crashed, _before, restarted) is var took)
        {
            _restart = null;
            _reconciled.Add(took);
        }
    }

    /// <summary>What a list says there is must be what there is.</summary>
    private async Task CountAsync(Victim victim)
    {
        foreach (var status in (string[])["pending", "running", "completed", "failed", "cancelled"])
        {
            var listed = (
                await victim.Client.ListOperationsAsync(new OperationFilter(Status: status), CancellationToken.None)
            ).TotalCount;
            var there = _before!.Operations.Count(operation => operation["status"] == status);
            if (listed != there)
            {
                _violations.Add($"{listed} operations are listed as {status}, and {there} are");
            }
        }
    }
}
