using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

/// <summary>Runs what the records say should run: at the start, when asked, and whenever a look at the records finds more.</summary>
internal sealed class Engine(
    OperationStore store,
    Attempts attempts,
    Publications publications,
    Registrations registrations,
    OperationsOptions options,
    TimeProvider time,
    Troubles troubles,
    ILogger<Engine> log,
    IHomeMirror? mirror = null
) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan s_checkIn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(OperationStore.LongestSilence);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly ConcurrentDictionary<string, bool> _unknown = new();
    private Task _looking = Task.CompletedTask;
    private Task _hearing = Task.CompletedTask;
    private Thread? _heart;
    private Scheduler? _scheduler;
    private long _checkedIn;
    private long _steadySince;
    private bool _disposed;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        MakeRoomForSignals();
        attempts.Schedule = OfferAsync;
        _scheduler = await Scheduler.StartAsync(
            Places.ToDictionary(place => place.Role, place => place.Capacity),
            (id, interrupted) => attempts.RunAsync(id, interrupted),
            cancellationToken
        );
        await CatchUpAsync(cancellationToken);
        await JoinAsync(again: false, cancellationToken);
        if (store.IsShared)
        {
            BeAlive();
        }

        await ReconcileAsync(cancellationToken);
        _looking = RepeatAsync(options.ReconcileInterval, ReconcileAsync, _stopping.Token);
        if (store.IsShared)
        {
            _looking = Task.WhenAll(
                _looking,
                RepeatAsync(s_checkIn, BuryAsync, _stopping.Token),
                RepeatAsync(s_checkIn, CatchUpAsync, _stopping.Token)
            );
            _hearing = Task.Run(() => store.HearAsync(Heard, _leaving.Token), CancellationToken.None);
        }
    }

    /// <summary>What this process does.</summary>
    private IEnumerable<NodeRole> Places =>
        registrations
            .Roles.Select(role => new NodeRole(role, options.CapacityOf(role), Running: 0))
            .Where(place => place.Capacity > 0);

    /// <summary>Sees to it that an operation will run here, if that is work this process does.</summary>
    public async Task ScheduleAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (registrations.Find(operation.Type) is null)
        {
            if (_unknown.TryAdd(operation.Id, true))
            {
                log.NoWorker(operation.Id, operation.Type);
            }

            return;
        }

        if (_scheduler is { } scheduler && !_stopping.IsCancellationRequested && options.CapacityOf(operation.Role) > 0)
        {
            await scheduler.ScheduleAsync(operation, cancellationToken);
        }
    }

    /// <summary>Sees to it that an operation will run, here or elsewhere.</summary>
    private async Task OfferAsync(Operation operation, CancellationToken cancellationToken)
    {
        await ScheduleAsync(operation, cancellationToken);
        store.Offer(operation.Id);
    }

    /// <summary>Asks a tree to stop: recorded first, signalled second.</summary>
    public async Task<CancelResult> CancelAsync(string id, string? reason, CancellationToken cancellationToken)
    {
        var (result, running) = await store.CancelAsync(id, reason, cancellationToken);

        // What is recorded must be signalled, even if whoever asked has gone.
        await attempts.StopAsync(running);
        foreach (var asked in result.Cancelled)
        {
            await (_scheduler?.ForgetAsync(asked, CancellationToken.None) ?? Task.CompletedTask);
        }

        return result;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await EndAsync(_stopping, _looking);
        if (_scheduler is { } scheduler)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            enough.CancelAfter(options.ShutdownLimit);
            await scheduler.StopAsync(enough.Token);
            await EndAsync(_leaving, _hearing);
            _heart?.Join();
            Leave();
        }
    }

    /// <summary>A container disposes it once for itself and once as a hosted service.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await EndAsync(_stopping, _looking);
        await EndAsync(_leaving, _hearing);
        _heart?.Join();
        if (_scheduler is { } scheduler)
        {
            await scheduler.DisposeAsync();
        }

        _stopping.Dispose();
        _leaving.Dispose();
    }

    private static async Task EndAsync(CancellationTokenSource source, Task work)
    {
        await source.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Enters this process among those who work, in the place of the one that had this home before.</summary>
    private async Task JoinAsync(bool again, CancellationToken cancellationToken)
    {
        var home = $"{Environment.MachineName}:{Path.GetDirectoryName(Path.GetFullPath(options.DatabasePath))}";
        var now = time.GetUtcNow();
        var left = await store.JoinAsync(
            new Node(options.Node, home, options.HomeId ?? home, now, now, [.. Places]),
            again,
            options.OnRestart,
            options.CrashCap,
            cancellationToken
        );
        if (left.Count > 0)
        {
            log.FoundLeftovers(left.Count);
        }
    }

    private void Leave()
    {
        try
        {
            store.Leave(options.Node);
        }
        catch (DbException exception)
        {
            // Whoever looks next finds it silent.
            log.LeavingFailed(exception);
        }
    }

    private async Task RepeatAsync(
        TimeSpan interval,
        Func<CancellationToken, Task> round,
        CancellationToken cancellationToken
    )
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await round(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it was, the next round must come: nobody else would notice that there is none.
                troubles.RoundFailed(exception);
            }
        }
    }

    /// <summary>Brings this home up to date. What it could not take now it takes at the next look; an attempt insists on it.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (mirror?.CatchUpAsync(cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception exception) when (exception is DbException or IOException)
        {
            troubles.CatchingUpFailed(exception);
        }
    }

    /// <summary>Makes what is scheduled agree with the records: a lost wake-up, a lost signal, a result not yet in place.</summary>
    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var live = store.Live();
        await attempts.StopAsync([.. live.Where(operation => operation.CancelRequested)]);
        await attempts.CompareAsync(live);
        foreach (var operation in live.Where(operation => operation.Status == OperationStatus.Pending))
        {
            await ScheduleAsync(operation, cancellationToken);
        }

        foreach (var operation in store.Unpublished(options.Node))
        {
            await publications.PublishAsync(operation, cancellationToken);
        }

        if (store.Unserved(options.WorkerWait) is { Count: > 0 } waiting)
        {
            await store.WaitForWorkersAsync(waiting, options.WorkerWait, cancellationToken);
        }
    }

    /// <summary>Says each second that this process is alive, until the very end: work that is being handed back is not the work of a
    /// dead process. On a thread of its own, for those of the pool may all be busy.</summary>
    private void BeAlive()
    {
        _heart = new Thread(() =>
        {
            do
            {
                try
                {
                    CheckIn();
                }
                catch (Exception exception)
                {
                    // Nothing may leave the thread, which would take the process along; at the end it is interrupted.
                    if (!_leaving.IsCancellationRequested)
                    {
                        troubles.RoundFailed(exception);
                    }
                }
            } while (!_leaving.Token.WaitHandle.WaitOne(s_checkIn));
        })
        {
            IsBackground = true,
            Name = "check-in",
        };
        _heart.Start();
    }

    /// <remarks>When the database comes back after it was away, everybody has been silent. So whoever could not check in for a
    /// while himself waits for as long before he takes the others for dead.</remarks>
    private void CheckIn()
    {
        if (!store.CheckIn(options.Node))
        {
            log.WasTakenForDead(options.Node);
            JoinAsync(again: true, _leaving.Token).GetAwaiter().GetResult();
        }

        var last = _checkedIn;
        _checkedIn = time.GetTimestamp();
        if (time.GetElapsedTime(last, _checkedIn) > s_silence)
        {
            Volatile.Write(ref _steadySince, _checkedIn);
        }
    }

    /// <summary>Buries those that are not alive, and takes up what they left.</summary>
    private async Task BuryAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _steadySince)) <= s_silence)
        {
            return;
        }

        var left = await store.BuryAsync(options.Node, options.OnRestart, options.CrashCap, cancellationToken);
        if (left.Count > 0)
        {
            log.FoundLeftovers(left.Count);
            await ReconcileAsync(cancellationToken);
        }
    }

    /// <summary>News of another process. The record is read before anything is done about it.</summary>
    private void Heard(Signal signal)
    {
        if (signal.Kind != SignalKind.Changed)
        {
            _ = Task.Run(() => FollowAsync(signal.Id), CancellationToken.None);
        }
    }

    private async Task FollowAsync(string id)
    {
        try
        {
            var operation = store.Find(id);
            if (operation is { CancelRequested: true })
            {
                attempts.Stop(id);
            }
            else if (operation is { Status: OperationStatus.Pending })
            {
                await ScheduleAsync(operation, _stopping.Token);
            }
        }
        catch (Exception exception)
            when (exception is DbException or OperationCanceledException or ObjectDisposedException)
        {
            // The next look at the records finds it.
        }
    }

    /// <summary>Work that computes keeps its thread; without spare ones a signal would wait until the pool has grown.</summary>
    private void MakeRoomForSignals()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        var wanted = registrations.Roles.Sum(options.CapacityOf) + Environment.ProcessorCount;
        ThreadPool.SetMinThreads(Math.Max(workers, wanted), ports);
    }
}
