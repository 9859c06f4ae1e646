using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What one attempt writes, each time under its number.</summary>
internal sealed partial class OperationStore
{
    /// <summary>Writes how far an attempt has come, or with null only that it is alive.</summary>
    /// <returns>Whether somebody asked for it to stop.</returns>
    public Task<bool> ProgressAsync(
        string id,
        int attempt,
        OperationProgress? progress,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            progress is null ? "heartbeat" : "progress",
            (change, operation) =>
            {
                if (progress is not null)
                {
                    Write(change, id, progress);
                }

                return operation.CancelRequested;
            },
            cancellationToken
        );

    /// <summary>Adds, changes and (where null) removes facts.</summary>
    public Task SetMetadataAsync(string id, int attempt, JsonObject facts, CancellationToken cancellationToken) =>
        FencedAsync(
            id,
            attempt,
            "metadata",
            (change, operation) =>
            {
                foreach (var (name, value) in facts)
                {
                    operation.Metadata.Remove(name);
                    if (value is not null)
                    {
                        operation.Metadata.Add(name, value.DeepClone());
                    }
                }

                change.Connection.Execute(
                    "UPDATE operations SET metadata = @metadata WHERE id = @id",
                    ("@metadata", operation.Metadata.ToJsonString(OperationJson.Options)),
                    ("@id", id)
                );
                change.Add(id, "metadata", facts);
                return true;
            },
            cancellationToken
        );

    /// <summary>The child of that name, recorded now if it was not before. Null when the parent was asked to stop.</summary>
    public Task<Operation?> ChildAsync(
        string id,
        int attempt,
        NewOperation child,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            "child",
            (change, parent) =>
            {
                if (parent.CancelRequested)
                {
                    return null;
                }

                if (change.Insert(child))
                {
                    change.Add(
                        id,
                        "child",
                        new JsonObject
                        {
                            ["name"] = child.Name,
                            ["type"] = child.Type,
                            ["operation_id"] = child.Id,
                        }
                    );
                }

                var recorded = change
                    .Connection.Query(
                        $"SELECT {StoredOperation.Columns} FROM operations WHERE parent_id = @id AND name = @name",
                        StoredOperation.Read,
                        ("@id", id),
                        ("@name", child.Name)
                    )
                    .Single();
                return recorded.Type == child.Type
                    ? recorded
                    : throw new InvalidOperationException(
                        $"The child '{child.Name}' of {id} is recorded as {recorded.Type} and was asked for as {child.Type}."
                    );
            },
            cancellationToken
        );

    /// <summary>Keeps a value under a name, or leaves the one that is there.</summary>
    /// <returns>The value that is there now.</returns>
    public Task<string> RecordAsync(
        string id,
        int attempt,
        string name,
        string body,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            "record",
            (change, _) =>
            {
                Keep(change, id, name, body);
                return Recorded(change.Connection, id, name)!;
            },
            cancellationToken
        );

    /// <summary>The name an operation took in a scope, or the first candidate nobody has.</summary>
    public Task<string> TakeNameAsync(
        string id,
        int attempt,
        string scope,
        IEnumerable<string> candidates,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            "name",
            (change, _) =>
                TakenName(change.Connection, id, scope)
                ?? candidates.FirstOrDefault(name => Take(change, scope, name, id, cancellationToken))
                ?? throw new InvalidOperationException($"Every name offered for a {scope} is taken; offer more."),
            cancellationToken
        );

    /// <summary>Adds an entry to a ledger unless its key is there.</summary>
    public Task AppendAsync(
        string id,
        int attempt,
        string ledger,
        (string Key, string Subject, string Body) entry,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            $"entry in the ledger {ledger}",
            (change, _) =>
                change.Connection.Execute(
                    $"""
                    INSERT INTO ledger_{ledger} (key, sequence, subject, operation_id, recorded_at, body)
                    SELECT @key, coalesce(max(sequence), 0) + 1, @subject, @id, @now, @body FROM ledger_{ledger} WHERE true
                    ON CONFLICT DO NOTHING
                    """,
                    ("@key", entry.Key),
                    ("@subject", entry.Subject),
                    ("@id", id),
                    ("@now", change.Now),
                    ("@body", entry.Body)
                ),
            cancellationToken
        );

    /// <summary>Records how an attempt ended. Where somebody asked for it to stop, it ends cancelled.</summary>
    public Task<Operation> FinishAsync(
        string id,
        int attempt,
        Ending ending,
        OperationProgress? last,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            "outcome",
            (change, operation) =>
            {
                if (last is not null)
                {
                    Write(change, id, last);
                }

                return change.End(id, operation.CancelRequested ? Ending.Cancelled(operation.CancelReason) : ending);
            },
            cancellationToken
        );

    /// <summary>Gives an operation back unfinished, for another attempt; no crash.</summary>
    public Task HandBackAsync(string id, int attempt, CancellationToken cancellationToken) =>
        FencedAsync(
            id,
            attempt,
            "hand-back",
            (change, operation) =>
            {
                if (operation.CancelRequested)
                {
                    change.End(id, Ending.Cancelled(operation.CancelReason));
                    return true;
                }

                // Nobody else knows what an open purchase came to.
                change.Spending.ChargeOpen(id);
                change.Connection.Execute("UPDATE operations SET status = 'pending' WHERE id = @id", ("@id", id));
                change.Add(id, "handed_back", new JsonObject { ["attempt"] = attempt });
                change.Say(SignalKind.Ready, id);
                return true;
            },
            cancellationToken
        );

    /// <summary>Asks everything below an operation to stop, because it is about to end itself.</summary>
    public Task<IReadOnlyList<Operation>> CancelChildrenAsync(
        string id,
        int attempt,
        string reason,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            "cancellation of its children",
            (change, _) => change.Cancel(id, reason, includingItself: false),
            cancellationToken
        );

    private static void Keep(Transaction change, string id, string name, string body) =>
        change.Connection.Execute(
            "INSERT INTO records (operation_id, name, body) VALUES (@id, @name, @body) ON CONFLICT DO NOTHING",
            ("@id", id),
            ("@name", name),
            ("@body", body)
        );

    private static void Write(Transaction change, string id, OperationProgress progress)
    {
        var fields = StoredOperation.Fields(progress);
        change.Connection.Execute(
            "UPDATE operations SET progress = @progress WHERE id = @id",
            ("@progress", fields.ToJsonString(OperationJson.Options)),
            ("@id", id)
        );
        change.Add(id, "progress", fields);
    }

    private static bool Take(
        Transaction change,
        string scope,
        string name,
        string id,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return change.Connection.Execute(
                "INSERT INTO names (scope, name, operation_id) VALUES (@scope, @name, @id) ON CONFLICT DO NOTHING",
                ("@scope", scope),
                ("@name", name),
                ("@id", id)
            ) == 1;
    }

    private async Task<T> FencedAsync<T>(
        string id,
        int attempt,
        string write,
        Func<Transaction, Operation, T> work,
        CancellationToken cancellationToken
    )
    {
        var value = default(T);
        await FencedAsync(
            id,
            attempt,
            write,
            (change, operation) =>
            {
                value = work(change, operation);
            },
            cancellationToken
        );
        return value!;
    }

    private async Task FencedAsync(
        string id,
        int attempt,
        string write,
        Action<Transaction, Operation> work,
        CancellationToken cancellationToken
    )
    {
        var accepted = false;
        await WriteAsync(
            change =>
            {
                if (change.Fence(id, attempt) is { } operation)
                {
                    work(change, operation);
                    accepted = true;
                    return;
                }

                if (change.Find(id) is { } current)
                {
                    change.Add(
                        id,
                        "refused_write",
                        new JsonObject
                        {
                            ["write"] = write,
                            ["attempt"] = attempt,
                            ["current_attempt"] = current.Attempt,
                        }
                    );
                }
            },
            also: null,
            cancellationToken
        );
        if (!accepted)
        {
            log.WriteRefused(id, attempt, write);
            throw new StaleAttemptException(id, attempt, write);
        }
    }
}
