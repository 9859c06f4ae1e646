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
    ILogger<OperationStore> log,
    IWriteObserver? observer = null
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

    /// <summary>Gives a pending operation to a new attempt.</summary>
    /// <param name="id">Which.</param>
    /// <param name="node">Who claims it; one that was struck off gets nothing.</param>
    /// <param name="begun">Told the operation under its new attempt; of the first one, or the first that anybody traced, what it
    /// returns is kept as the operation's trace context, unless it is null.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    /// <returns>The operation under its new attempt, or null when there is nothing to run.</returns>
    public Task<Operation?> ClaimAsync(
        string id,
        string node,
        Func<Operation, string?>? begun,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            change =>
            {
                var home = "";
                var claimed = change
                    .Connection.Query(
                        $"""
                        UPDATE operations SET attempt = attempt + 1, status = 'running', node = @node, progress = @progress,
                            heartbeat_at = @now, started_at = coalesce(started_at, @now)
                        WHERE id = @id AND status = 'pending' AND cancel_requested = 0
                            AND EXISTS (SELECT 1 FROM nodes WHERE id = @node)
                        RETURNING {StoredOperation.Columns}, (SELECT home_id FROM nodes WHERE id = @node)
                        """,
                        row =>
                        {
                            home = row.GetString(24);
                            return StoredOperation.Read(row);
                        },
                        ("@node", node),
                        ("@progress", StoredOperation.NotBegun),
                        ("@now", change.Now),
                        ("@id", id)
                    )
                    .SingleOrDefault();
                if (claimed is null)
                {
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
                        ["home"] = home,
                    }
                );
                if (
                    begun?.Invoke(claimed) is { } context
                    && (claimed.Attempt == 1 || !Tracing.HasSpan(claimed.TraceParent))
                )
                {
                    change.Connection.Execute(
                        "UPDATE operations SET trace = @trace WHERE id = @id",
                        ("@trace", context),
                        ("@id", id)
                    );
                }

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

    /// <summary>Ends an operation that was asked to stop and that no attempt of its node works on any more.</summary>
    public Task EndAbandonedAsync(string id, string node, CancellationToken cancellationToken) =>
        WriteAsync(
            change =>
                change.Find(id) is { IsTerminal: false, CancelRequested: true } abandoned && abandoned.Node == node
                    ? change.End(id, Ending.Cancelled(abandoned.CancelReason))
                    : null,
            cancellationToken
        );

    /// <summary>Notes that what an operation publishes is there, or that the first try failed.</summary>
    public Task PublishedAsync(string id, bool succeeded, CancellationToken cancellationToken) =>
        WriteAsync(
            change =>
            {
                // Several may have tried, where whoever ended it died: the first that succeeds counts.
                var changed = change.Connection.Execute(
                    "UPDATE operations SET publication = @publication WHERE id = @id AND publication IN ('owed', 'late')",
                    ("@publication", succeeded ? "done" : "late"),
                    ("@id", id)
                );
                if (succeeded && changed == 1)
                {
                    change.Add(id, "published", []);
                }

                return true;
            },
            cancellationToken,
            also: id
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
        var asked = time.GetTimestamp();
        Transaction? written = null;
        await database.WriteAsync(
            connection =>
            {
                work(written = new Transaction(connection, time.GetUtcNow()));
                foreach (var message in database.IsShared ? Signal.Messages(written.Signals) : [])
                {
                    database.Tell(connection, message);
                }
            },
            cancellationToken
        );
        observer?.Written(time.GetElapsedTime(asked));
        foreach (var signal in written!.Signals)
        {
            changes.Announce(signal.Id);
        }

        if (also is not null)
        {
            changes.Announce(also);
        }
    }
}
