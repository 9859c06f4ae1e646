using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Operations;
using Ktrdr.Server;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Measures;

/// <summary>The disk fills up before every durable write of a cycle in turn, all of them under one server, which has to say so, to
/// go on answering, and to work again once there is room.</summary>
internal sealed class FullDisk : IDisposable
{
    private const int Lanes = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly SmallCycle _cycle;
    private readonly SmallDisk _disk = new();
    private readonly Lock _gate = new();
    private readonly List<string> _violations = [];
    private readonly Dictionary<string, int> _ends = [];
    private int _done;
    private int _fillAfter = int.MaxValue;
    private TaskCompletionSource _filled = Signal();
    private TaskCompletionSource _refused = Signal();

    private FullDisk(SmallCycle cycle) => _cycle = cycle;

    /// <summary>What came of it.</summary>
    /// <param name="Cycle">Which cycle.</param>
    /// <param name="Filled">How many times the disk was full, each time before another write.</param>
    /// <param name="Ends">How the cycles ended.</param>
    /// <param name="Violations">What did not hold.</param>
    internal sealed record Outcome(
        string Cycle,
        int Filled,
        IReadOnlyDictionary<string, int> Ends,
        IReadOnlyList<string> Violations
    );

    public static async Task<int> RunAsync(string[] arguments)
    {
        var given = Arguments.Read(arguments, "cycle", "every");
        if (SmallDisk.Missing is { } reason)
        {
            return Measurements.Say(reached: false, $"not measured: {reason}");
        }

        var missed = 0;
        foreach (var cycle in SmallCycle.Named(given.Text("cycle", "")))
        {
            var started = Stopwatch.GetTimestamp();
            missed |= Report(await MeasureAsync(cycle, given.Number("every", 1)), Stopwatch.GetElapsedTime(started));
        }

        return missed;
    }

    public static int Report(Outcome outcome, TimeSpan took) =>
        Measurements.Say(
            outcome.Violations,
            $"{outcome.Cycle}: the disk full at {outcome.Filled} places: {outcome.Violations.Count} violations; "
                + $"{string.Join(", ", outcome.Ends.OrderBy(end => end.Key).Select(end => $"{end.Value} {end.Key}"))}; {took.TotalSeconds:0} s"
        );

    /// <summary>Fills the disk before every so-manyth write of a cycle.</summary>
    public static async Task<Outcome> MeasureAsync(SmallCycle cycle, int every)
    {
        using var listening = AnnouncedWrites.Listen();
        var lanes = await Task.WhenAll(
            Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => LaneAsync(cycle, lane * every, Lanes * every)))
        );
        return new Outcome(
            cycle.Name,
            lanes.Sum(lane => lane.Filled),
            lanes
                .SelectMany(lane => lane._ends)
                .GroupBy(end => end.Key)
                .ToDictionary(end => end.Key, ends => ends.Sum(end => end.Value)),
            [.. lanes.SelectMany(lane => lane._violations)]
        );
    }

    private int Filled => _ends.Values.Sum();

    private static async Task<FullDisk> LaneAsync(SmallCycle cycle, int first, int step)
    {
        using var lane = new FullDisk(cycle);
        await lane.FillAsync(first, step);
        return lane;
    }

    private async Task FillAsync(int first, int step)
    {
        AnnouncedWrites.Heard = new AnnouncedWrites(begins: () => { }, Done);
        SmallCycle.Prepare(_disk.Folder);
        // Every refusal is logged, which is right, and would bury what is measured.
        await using var app = _cycle.Build(
            _disk.Folder,
            Storage.Sqlite,
            builder => builder.Logging.AddFilter("Ktrdr", LogLevel.None)
        );
        using var client = new KtrdrClient(await ServerHost.StartAsync(app, CancellationToken.None));
        for (var after = first; await FillOnceAsync(client, after); after += step) { }

        if (await EndAsync(client, await TriggerAsync(client)) is not { Status: "completed" } last)
        {
            _violations.Add("after it all, with room, a cycle did not complete");
        }

        await app.StopAsync();
    }

    private void Done()
    {
        lock (_gate)
        {
            if (_filled.Task.IsCompleted)
            {
                _refused.TrySetResult(); // or it still fitted in; what follows will not
            }
            else if (++_done == _fillAfter)
            {
                _disk.Fill();
                _filled.TrySetResult();
            }
        }
    }

    private void Arm(int after)
    {
        lock (_gate)
        {
            (_filled, _refused, _done, _fillAfter) = (Signal(), Signal(), 0, after);
        }
    }

    private void MakeRoom()
    {
        lock (_gate)
        {
            _fillAfter = int.MaxValue;
            _disk.MakeRoom();
        }
    }

    /// <summary>Fills the disk after so many writes of a cycle.</summary>
    /// <returns>False when it ended with fewer.</returns>
    private async Task<bool> FillOnceAsync(KtrdrClient client, int after)
    {
        void Violated(string what) => _violations.Add($"disk full after write {after} of {_cycle.Name}: {what}");

        var before = Records.OfHome(_disk.Folder);
        var files = Files();
        string? id = null;
        if (after == 0)
        {
            _disk.Fill();
            try
            {
                Violated($"{await TriggerAsync(client)} was started although it could not be recorded");
            }
            catch (KtrdrApiException refused)
            {
                if (refused.Status != HttpStatusCode.InsufficientStorage || Silence(refused.Problem.Detail) is not null)
                {
                    Violated($"a trigger was refused with {refused.Status}: {refused.Problem.Detail}");
                }
            }
        }
        else
        {
            Arm(after);
            id = await TriggerAsync(client);
            var end = EndAsync(client, id);
            if (await Task.WhenAny(_filled.Task, end) == end)
            {
                MakeRoom(); // the last writes come after the end
                return false;
            }

            await Task.WhenAny(_refused.Task, end);
        }

        await client.AgentStatusAsync(CancellationToken.None); // throws where the server is not up
        MakeRoom();
        var ended = await EndAsync(client, id ?? await TriggerAsync(client));
        var how =
            ended is null ? "stuck"
            : ended.Status == "failed" ? $"failed with {ended.ErrorCode}"
            : ended.Status;
        _ends[how] = _ends.GetValueOrDefault(how) + 1;
        if (how == $"failed with {DiskFull.Code}")
        {
            if (Silence(ended!.ErrorMessage) is { } silence)
            {
                Violated(silence);
            }

            var resumed = await client.ResumeAsync(ended.OperationId, CancellationToken.None);
            if (await EndAsync(client, resumed.OperationId) is not { Status: "completed" } next)
            {
                Violated($"{resumed.OperationId}, which resumes it, did not complete");
            }
        }
        else if (how != "completed")
        {
            Violated($"it ended {how}: {ended?.ErrorMessage}");
        }

        await AppearedAsync();
        foreach (var changed in files.Where(file => !Files().TryGetValue(file.Key, out var now) || now != file.Value))
        {
            Violated($"{changed.Key} is not what it was");
        }

        foreach (var violation in Standing.Of(_disk.Folder, before, atRest: true).Violations())
        {
            Violated(violation);
        }

        return true;
    }

    /// <summary>What a message about a full disk lacks.</summary>
    private string? Silence(string? message) =>
        message is null
        || !message.Contains(_disk.Folder, StringComparison.Ordinal)
            && !message.Contains("ktrdr.db", StringComparison.Ordinal)
            ? $"it names no path: {message}"
        : !message.Contains("bytes", StringComparison.Ordinal) && !message.Contains("MB", StringComparison.Ordinal)
            ? $"it names no need: {message}"
        : null;

    private async Task<string> TriggerAsync(KtrdrClient client) =>
        (
            await client.TriggerAsync(
                new TriggerRequest
                {
                    Strategy = _cycle.Strategy,
                    Seed = 1,
                    BypassGates = true,
                },
                CancellationToken.None
            )
        ).OperationId;

    private static async Task<OperationView?> EndAsync(KtrdrClient client, string id)
    {
        try
        {
            return await client.WaitAsync(id, CancellationToken.None).WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>What was refused its public name gets it at one of the next looks at the records, without anybody's asking.</summary>
    private async Task AppearedAsync()
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (
            var waiting = Stopwatch.StartNew();
            waiting.Elapsed < s_patience
                && Records
                    .OfHome(_disk.Folder)
                    .Operations.Any(operation => operation["publication"] is "owed" or "late");

        )
        {
            await looks.WaitForNextTickAsync();
        }
    }

    /// <summary>What people find in the home, by its hash; a dot before a name says that it is nobody's.</summary>
    private Dictionary<string, string> Files() =>
        ((string[])["strategies", "models", "data"])
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(_disk.Folder, folder), "*", SearchOption.AllDirectories)
            )
            .Where(file =>
                !Path.GetRelativePath(_disk.Folder, file)
                    .Split(Path.DirectorySeparatorChar)
                    .Any(part => part.StartsWith('.'))
            )
            .ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    // Whoever waits for it must not go on within the lock.
    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _disk.Dispose();
}
