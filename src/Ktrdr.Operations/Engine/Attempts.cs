using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

/// <summary>The attempts of this process: claims, lends the worker its context, and records how it ended.</summary>
internal sealed class Attempts(
    OperationStore store,
    Changes changes,
    Registrations registrations,
    NewOperations news,
    Publications publications,
    OperationsOptions options,
    IServiceScopeFactory scopes,
    TimeProvider time,
    Troubles troubles,
    ILogger<Attempts> log,
    IHomeMirror? mirror = null
)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, RunningAttempt> _running = new();

    // Attempts this process lost hold of, with whether that was its own fault.
    private readonly ConcurrentDictionary<string, bool> _lost = new();

    /// <summary>How a child comes to run; the engine's part.</summary>
    public Func<Operation, CancellationToken, Task> Schedule { get; set; } = (_, _) => Task.CompletedTask;

    public bool IsRunning(string id) => _running.ContainsKey(id);

    /// <summary>Signals an attempt to stop, if it is one of this process.</summary>
    public void Stop(string id)
    {
        if (_running.TryGetValue(id, out var attempt))
        {
            attempt.Stop();
        }
    }

    /// <summary>Signals attempts to stop, and ends what is marked as running here although nothing runs it.</summary>
    /// <remarks>What runs in another process is that one's to stop: it was told with the request itself.</remarks>
    public async Task StopAsync(IReadOnlyList<Operation> asked)
    {
        foreach (var operation in asked)
        {
            if (IsRunning(operation.Id))
            {
                Stop(operation.Id);
            }
            else if (operation.Node == options.Node)
            {
                await store.EndAbandonedAsync(operation.Id, options.Node, CancellationToken.None);
            }
        }
    }

    /// <summary>Makes records and attempts agree: what is marked as running here and is not is put back, and an attempt here
    /// that is no longer the one on record is stopped.</summary>
    public async Task CompareAsync(IReadOnlyList<Operation> live)
    {
        var listed = live.Select(operation => operation.Id).ToHashSet();
        foreach (var (id, attempt) in _running.Where(one => one.Value.Number > 0 && !listed.Contains(one.Key)))
        {
            if (store.Find(id) is { IsTerminal: true })
            {
                attempt.Stop();
            }
        }

        foreach (var operation in live)
        {
            if (_running.TryGetValue(operation.Id, out var attempt))
            {
                if (attempt.IsOvertakenBy(operation))
                {
                    attempt.Stop();
                }
            }
            else if (operation.Status == OperationStatus.Running && operation.Node == options.Node)
            {
                _lost.TryRemove(operation.Id, out var counts);
                await store.PutBackAsync(operation, counts, options.CrashCap, CancellationToken.None);
            }
        }
    }

    /// <summary>One attempt at an operation, from claim to outcome.</summary>
    public async Task RunAsync(string id, CancellationToken shutdown)
    {
        // Known before it is claimed, so that no cancellation can fall in between.
        using var attempt = new RunningAttempt(shutdown);
        if (!_running.TryAdd(id, attempt))
        {
            return;
        }

        // Whatever was going on where it was scheduled has nothing to do with it.
        Activity.Current = null;
        AttemptSpan? span = null;
        try
        {
            if (await ClaimAsync(id, Begin, attempt.Token) is { } operation)
            {
                attempt.Number = operation.Attempt;
                await RunClaimedAsync(operation, attempt, span);
            }
        }
        catch (Exception exception) when (exception is StaleAttemptException or ObjectDisposedException)
        {
            // Overtaken, or the process is all but gone: the record belongs to somebody else now.
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            // Stopped before the claim: nothing was begun.
        }
        catch (DbException exception)
        {
            // Whether the claim was written is not known; if it was, nobody else will ever take it up.
            troubles.WriteFailed(id, "claim", exception);
            _lost[id] = false;
        }
        catch (Exception exception)
        {
            // A fault of the engine itself: as good as a crash, so the next look at the records tries again.
            log.AttemptLost(id, exception);
            _lost[id] = true;
        }
        finally
        {
            if (attempt.Number == 0)
            {
                span?.Forget();
            }

            span?.Dispose();
            _running.TryRemove(id, out _);
        }

        string? Begin(Operation claimed)
        {
            span = AttemptSpan.Begin(claimed, registrations.Get(claimed.Type).Span);
            return span?.Context;
        }
    }

    // Where several processes were offered it, a look spares those who come too late a turn at writing.
    private async Task<Operation?> ClaimAsync(
        string id,
        Func<Operation, string?> begun,
        CancellationToken cancellationToken
    ) =>
        store.IsShared
        && (store.Find(id) is not { Status: OperationStatus.Pending } || !await IsUpToDateAsync(id, cancellationToken))
            ? null
            : await store.ClaimAsync(id, options.Node, begun, cancellationToken);

    /// <summary>Brings the home up to date: what the work is about may have been made elsewhere. A home that cannot take it leaves the
    /// work to others, rather than fail it.</summary>
    private async Task<bool> IsUpToDateAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await (mirror?.CatchUpAsync(cancellationToken) ?? Task.CompletedTask);
            return true;
        }
        catch (IOException exception)
        {
            troubles.LeftToOthers(id, exception);
            return false;
        }
    }

    private async Task RunClaimedAsync(Operation operation, RunningAttempt attempt, AttemptSpan? span)
    {
        span?.Enter();
        span?.LinkToEarlier(operation, store);
        using var scope = log.InAttempt(operation);
        log.AttemptBegan(operation.Id, operation.Attempt);

        var registration = registrations.Get(operation.Type);
        using var reports = new ProgressReports(
            progress => WriteProgressAsync(operation, attempt, progress),
            options.ProgressInterval,
            time
        );
        var ending = await WorkAsync(operation, attempt, registration, reports);
        var (last, unwritten) = await reports.CloseAsync();
        if (ending is null)
        {
            await UntilWrittenAsync(
                operation,
                "hand-back",
                attempt,
                () => store.HandBackAsync(operation.Id, operation.Attempt, CancellationToken.None)
            );
            log.HandedBack(operation.Id, operation.Attempt);
            span?.HandedBack();
            return;
        }

        var progress =
            ending.Status == OperationStatus.Completed ? last with { Percentage = 100 }
            : unwritten ? last
            : null;
        var ended = operation;
        await UntilWrittenAsync(
            operation,
            "outcome",
            attempt,
            async () =>
                ended = await store.FinishAsync(
                    operation.Id,
                    operation.Attempt,
                    ending,
                    progress,
                    CancellationToken.None
                )
        );
        log.Ended(operation.Id, operation.Attempt, ended.Status);
        span?.Ended(ended);
        if (ended.AwaitsPublication)
        {
            await publications.PublishAsync(ended, CancellationToken.None);
        }
    }

    /// <summary>Lets the worker work.</summary>
    /// <returns>How it ended, or null when it is to be handed back.</returns>
    private async Task<Ending?> WorkAsync(
        Operation operation,
        RunningAttempt attempt,
        WorkerRegistration registration,
        ProgressReports reports
    )
    {
        var waiting = new ChildWait(store, changes, Schedule, time);
        var context = new WorkContext(
            operation,
            attempt,
            store,
            news,
            waiting,
            registrations,
            reports,
            options.Replay,
            write => UntilWrittenAsync(operation, "settlement", attempt, write)
        );
        Ending? ending;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var result = await registration.RunAsync(scope.ServiceProvider, operation, context, attempt.Token);
            ending = Ending.Completed(result, registration.Publishes);
        }
        catch (StaleAttemptException)
        {
            throw;
        }
        catch (OperationCanceledException) when (attempt.CancelledChild is { } child)
        {
            ending = Ending.Cancelled($"Its child '{child.Name}' ({child.Id}) was cancelled.");
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            ending = attempt.IsShuttingDown ? null : Ending.Cancelled(reason: null);
        }
        catch (DatabaseUnavailableException exception)
        {
            // The records are out of reach, which is no fault of the work: it is done again once they are back.
            troubles.WriteFailed(operation.Id, "records", exception);
            return null;
        }
        catch (OperationFailedException chosen)
        {
            // The worker chose its words: an ending it foresaw, not a fault to trace.
            log.EndedByChoice(operation.Id, chosen.Error.Code, chosen.Error.Message);
            ending = Ending.Failed(chosen.Error);
        }
        catch (Exception exception) when (exception is not ObjectDisposedException || !attempt.IsShuttingDown)
        {
            log.AttemptFailed(operation.Id, operation.Attempt, exception);
            ending = Ending.Failed(
                Failures.Describe(exception, registration.FailureCode, operation, options.DatabasePath)
            );
        }

        if (ending is not null)
        {
            await UntilWrittenAsync(
                operation,
                "end of its children",
                attempt,
                () => waiting.EndAllAsync(operation, attempt, ending.Status, StopAsync)
            );
        }

        return ending;
    }

    private async Task WriteProgressAsync(Operation operation, RunningAttempt attempt, OperationProgress progress)
    {
        try
        {
            if (await store.ProgressAsync(operation.Id, operation.Attempt, progress, CancellationToken.None))
            {
                attempt.Stop();
            }
        }
        catch (Exception exception) when (exception is StaleAttemptException or ObjectDisposedException)
        {
            attempt.Stop();
        }
        catch (DbException exception)
        {
            // Progress may be lost; the work goes on and its outcome will be written again and again.
            troubles.WriteFailed(operation.Id, "progress", exception);
        }
    }

    /// <summary>An outcome is worth insisting on: a full disk may be emptied.</summary>
    private async Task UntilWrittenAsync(Operation operation, string write, RunningAttempt attempt, Func<Task> task)
    {
        while (true)
        {
            try
            {
                await task();
                return;
            }
            catch (DbException exception) when (!attempt.IsShuttingDown)
            {
                troubles.WriteFailed(operation.Id, write, exception);
                await Task.Delay(TryAgain, time, CancellationToken.None);
            }
        }
    }
}
