using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

/// <summary>Runs what the records say should run: at the start, when asked, and whenever a look at the records finds more.</summary>
internal sealed class Engine(
    OperationStore store,
    Attempts attempts,
    Registrations registrations,
    OperationsOptions options,
    TimeProvider time,
    ILogger<Engine> log,
    IHomeMirror? mirror = null
) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, bool> _unknown = new();
    private Scheduler? _scheduler;
    private Task _reconciling = Task.CompletedTask;
    private bool _disposed;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        MakeRoomForSignals();
        var leftovers = store.Leftovers();
        if (leftovers.Count > 0)
        {
            log.FoundLeftovers(leftovers.Count);
        }

        // Nothing runs yet, so nobody is left who could say what an open purchase came to.
        if (await store.ChargeOpenAsync(cancellationToken) is > 0 and var charged)
        {
            log.ChargedInFull(charged);
        }

        if (options.OnRestart == OnRestart.Fail)
        {
            await store.FailCrashedAsync(leftovers.Keys, cancellationToken);
        }

        attempts.Adopt(leftovers);
        attempts.Schedule = ScheduleAsync;
        var places = registrations.Roles.ToDictionary(role => role, options.CapacityOf);
        _scheduler = await Scheduler.StartAsync(
            places,
            (id, interrupted) => attempts.RunAsync(id, interrupted),
            cancellationToken
        );
        await CatchUpAsync(cancellationToken);
        await ReconcileAsync(cancellationToken);
        _reconciling = Task.Run(() => ReconcileRepeatedlyAsync(_stopping.Token), CancellationToken.None);
    }

    /// <summary>Sees to it that an operation will run.</summary>
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

        if (_scheduler is { } scheduler && !_stopping.IsCancellationRequested)
        {
            await scheduler.ScheduleAsync(operation, cancellationToken);
        }
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
        await _stopping.CancelAsync();
        await _reconciling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_scheduler is { } scheduler)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            enough.CancelAfter(options.ShutdownLimit);
            await scheduler.StopAsync(enough.Token);
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
        await _stopping.CancelAsync();
        await _reconciling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_scheduler is { } scheduler)
        {
            await scheduler.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task ReconcileRepeatedlyAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.ReconcileInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await CatchUpAsync(cancellationToken);
            try
            {
                await ReconcileAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is DbException or IOException)
            {
                log.ReconcilingFailed(exception);
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
            log.CatchingUpFailed(exception);
        }
    }

    /// <summary>Makes what is scheduled agree with the records: a lost wake-up, a lost signal, a result not yet in place.</summary>
    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var live = store.Live();
        await attempts.StopAsync([.. live.Where(operation => operation.CancelRequested)]);
        foreach (
            var operation in live.Where(operation => !operation.CancelRequested && !attempts.IsRunning(operation.Id))
        )
        {
            await ScheduleAsync(operation, cancellationToken);
        }

        foreach (var operation in store.Unpublished())
        {
            await attempts.PublishAsync(operation, cancellationToken);
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
