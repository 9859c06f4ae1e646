using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

/// <summary>The records of all operations: the truth about them, whoever runs them.</summary>
/// <remarks>Every change and its event are one transaction; those who wait are told after the commit. What an attempt
/// writes carries its number, and is refused once another attempt has the operation.</remarks>
internal sealed partial class OperationStore(
    Database database,
    Changes changes,
    TimeProvider time,
    ILogger<OperationStore> log
)
{
    // Whoever listens learns of every write before it begins and once it is durable.
    private static readonly ActivitySource Writes = new("Ktrdr.Operations.Writes");

    /// <summary>Records an operation, unless its key was used before, its slot is taken or the day's limit leaves less than
    /// its hold.</summary>
    public async Task<StartResult> StartAsync(
        Func<NewOperation> make,
        Money? dailyLimit,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var operation = make();
            var result = await WriteAsync(change => TryStart(change, operation, dailyLimit), cancellationToken);
            if (result is not null)
            {
                return result;
            }

            // Chance gave out an id twice, or somebody else has just taken the place: look again.
        }
    }

    /// <summary>Gives an operation to a new attempt.</summary>
    /// <param name="id">Which.</param>
    /// <param name="leftover">Whether it may be marked as running by an attempt that died, and whether that counts.</param>
    /// <param name="node">Who claims it.</param>
    /// <param name="crashCap">How many attempts may crash.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    /// <returns>The operation under its new attempt, or null when there is nothing to run.</returns>
    public Task<Operation?> ClaimAsync(
        string id,
        Leftover? leftover,
        string node,
        int crashCap,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            change =>
            {
                var claimed = change
                    .Connection.Query(
                        $"""
                        UPDATE operations SET attempt = attempt + 1, crashes = crashes + @crashed, status = 'running',
                            node = @node, progress = @progress, heartbeat_at = @now, started_at = coalesce(started_at, @now)
                        WHERE id = @id AND (status = 'pending' OR (status = 'running' AND @leftover = 1))
                            AND cancel_requested = 0 AND crashes + @crashed < @cap
                        RETURNING {StoredOperation.Columns}
                        """,
                        StoredOperation.Read,
                        ("@crashed", leftover is { CountsAsCrash: true } ? 1 : 0),
                        ("@node", node),
                        ("@progress", StoredOperation.NotBegun),
                        ("@now", change.Now),
                        ("@id", id),
                        ("@leftover", leftover is null ? 0 : 1),
                        ("@cap", crashCap)
                    )
                    .SingleOrDefault();
                if (claimed is null)
                {
                    EndUnclaimable(change, id, leftover, crashCap);
                    return null;
                }

                // An attempt before this one can settle nothing any more.
                change.Spending.ChargeOpen(id);
                change.Add(
                    id,
                    "claimed",
                    new JsonObject
                    {
                        ["attempt"] = claimed.Attempt,
                        ["crashes"] = claimed.Crashes,
                        ["node"] = node,
                    }
                );
                return claimed;
            },
            cancellationToken
        );

    /// <summary>Asks an operation and everything below it to stop.</summary>
    public Task<(CancelResult Result, IReadOnlyList<Operation> Running)> CancelAsync(
        string id,
        string? reason,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            change =>
            {
                if (change.Find(id) is not { } operation)
                {
                    return (new CancelResult(CancelOutcome.Unknown, null, []), (IReadOnlyList<Operation>)[]);
                }

                if (operation.IsTerminal)
                {
                    return (new CancelResult(CancelOutcome.Finished, operation, []), []);
                }

                var asked = change.Cancel(id, reason, includingItself: true);
                var result = new CancelResult(
                    CancelOutcome.Requested,
                    change.Find(id),
                    [.. asked.Select(one => one.Id)]
                );
                return (result, [.. asked.Where(one => !one.IsTerminal)]);
            },
            cancellationToken
        );

    /// <summary>Ends an operation that was asked to stop and that no attempt works on any more.</summary>
    public Task EndAbandonedAsync(string id, CancellationToken cancellationToken) =>
        WriteAsync(
            change =>
                change.Find(id) is { IsTerminal: false, CancelRequested: true } abandoned
                    ? change.End(id, Ending.Cancelled(abandoned.CancelReason))
                    : null,
            cancellationToken
        );

    /// <summary>Ends what a dead process left running, with everything below it: failed, or cancelled where that was asked for.</summary>
    /// <param name="ids">What it left running.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    public Task FailCrashedAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        WriteAsync(
            change =>
            {
                // The children first, so that only those that never began are left for their parent to cancel.
                var left = ids.Select(id => change.Find(id)!);
                foreach (var operation in left.OrderByDescending(operation => operation.ParentId is not null))
                {
                    change.Cancel(operation.Id, "Its parent died with its process.", includingItself: false);
                    change.End(
                        operation.Id,
                        operation.CancelRequested
                            ? Ending.Cancelled(operation.CancelReason)
                            : Ending.Failed(Died(operation))
                    );
                }

                return true;
            },
            cancellationToken
        );

    /// <summary>Notes that what an operation publishes is there, or that the first try failed.</summary>
    public Task PublishedAsync(string id, bool succeeded, CancellationToken cancellationToken) =>
        WriteAsync(
            change =>
            {
                change.Connection.Execute(
                    "UPDATE operations SET publication = @publication WHERE id = @id",
                    ("@publication", succeeded ? "done" : "late"),
                    ("@id", id)
                );
                if (succeeded)
                {
                    change.Add(id, "published", []);
                }

                return true;
            },
            cancellationToken,
            also: id
        );

    private static OperationError Died(Operation operation) =>
        new(
            "crashed",
            $"The process died while it worked on this {operation.Type} operation, and work left by a dead process is set to fail.",
            $"Go on where it stopped: ktrdr operations resume {operation.RootId}"
        );

    private static StartResult? TryStart(Transaction change, NewOperation operation, Money? dailyLimit)
    {
        if (operation.Key is { } key && StartedUnder(change.Connection, key) is { } earlier)
        {
            return earlier;
        }

        // Whoever has a place counts, also one beyond those there are now: more may have been allowed before.
        var holders = operation.Slot is { } slot ? change.Holders(slot) : [];
        if (holders.Count >= operation.Places)
        {
            return new StartResult.Taken(change.Find(holders[^1].Id)!);
        }

        if (change.Spending.Lacks(operation.Hold, dailyLimit) is { } balance)
        {
            return new StartResult.Exhausted(balance);
        }

        var taken = holders.Select(holder => holder.Place).ToHashSet();
        return change.Insert(operation, operation.AllPlaces.FirstOrDefault(place => !taken.Contains(place)))
            ? Started(change, operation)
            : null;
    }

    private static void EndUnclaimable(Transaction change, string id, Leftover? leftover, int crashCap)
    {
        if (change.Find(id) is not { IsTerminal: false } operation)
        {
            return;
        }

        if (operation.Status == OperationStatus.Running && leftover is null)
        {
            return; // Another attempt of this process has it.
        }

        if (operation.CancelRequested)
        {
            change.End(id, Ending.Cancelled(operation.CancelReason));
            return;
        }

        change.Cancel(id, "Its parent crashed too often.", includingItself: false);
        change.Connection.Execute(
            "UPDATE operations SET crashes = crashes + @crashed WHERE id = @id",
            ("@crashed", leftover is { CountsAsCrash: true } ? 1 : 0),
            ("@id", id)
        );
        change.End(
            id,
            Ending.Failed(
                new OperationError(
                    "crashed",
                    $"The process died {crashCap} times while it worked on this {operation.Type} operation, so it is not tried again.",
                    "See the log from before each restart for the cause (memory is the usual one), then start it anew."
                )
            )
        );
    }

    private async Task<T> WriteAsync<T>(
        Func<Transaction, T> work,
        CancellationToken cancellationToken,
        string? also = null
    )
    {
        var result = default(T);
        await WriteAsync(change => result = work(change), also, cancellationToken);
        return result!;
    }

    // What waits for the disk knows nothing of the result's type: such a method would be compiled anew for every one.
    private async Task WriteAsync(Action<Transaction> work, string? also, CancellationToken cancellationToken)
    {
        using var write = Writes.StartActivity("commit");
        Transaction? written = null;
        await database.WriteAsync(
            connection => work(written = new Transaction(connection, time.GetUtcNow())),
            cancellationToken
        );
        foreach (var id in written!.Changed)
        {
            changes.Announce(id);
        }

        if (also is not null)
        {
            changes.Announce(also);
        }
    }
}

/// <summary>An operation found running although the process that ran it is dead.</summary>
/// <param name="CountsAsCrash">False for a parent one of whose children was running: that one's crash took it along.</param>
internal sealed record Leftover(bool CountsAsCrash);
