using System.Data.Common;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>One change of the records: what it writes, the history it adds, and whom it concerns.</summary>
internal sealed class Transaction(DbConnection connection, DateTimeOffset now)
{
    private readonly Dictionary<string, SignalKind> _signals = [];

    public DbConnection Connection => connection;

    public string Now { get; } = StoredOperation.Text(now);

    public SpendingLedger Spending { get; } = new(connection, now);

    /// <summary>What to tell once this is committed, of each operation the most urgent.</summary>
    public IEnumerable<Signal> Signals => _signals.Select(signal => new Signal(signal.Value, signal.Key));

    public Operation? Find(string id) =>
        connection
            .Query(
                $"SELECT {StoredOperation.Columns} FROM operations WHERE id = @id",
                StoredOperation.Read,
                ("@id", id)
            )
            .SingleOrDefault();

    /// <summary>Adds the next line to an operation's history.</summary>
    public void Add(string id, string kind, JsonObject body)
    {
        connection.Execute(
            """
            INSERT INTO events (operation_id, number, at, kind, body)
            SELECT @id, coalesce(max(number), 0) + 1, @now, @kind, @body FROM events WHERE operation_id = @id
            """,
            ("@id", id),
            ("@now", Now),
            ("@kind", kind),
            ("@body", body.ToJsonString(OperationJson.Options))
        );
        Say(SignalKind.Changed, id);
    }

    /// <summary>Notes what others should hear of an operation.</summary>
    public void Say(SignalKind kind, string id) =>
        _signals[id] = _signals.TryGetValue(id, out var said) && said > kind ? said : kind;

    /// <summary>The operation, if this attempt is the one that may still write to it; its heart beats on the way.</summary>
    public Operation? Fence(string id, int attempt) =>
        connection
            .Query(
                $"""
                UPDATE operations SET heartbeat_at = @now
                WHERE id = @id AND attempt = @attempt AND status = 'running'
                RETURNING {StoredOperation.Columns}
                """,
                StoredOperation.Read,
                ("@now", Now),
                ("@id", id),
                ("@attempt", attempt)
            )
            .SingleOrDefault();

    /// <summary>The live operations that have a place of a slot, oldest first.</summary>
    public IReadOnlyList<(string Id, string Place)> Holders(string slot) =>
        [
            .. connection
                .Query(
                    $"SELECT id, slot FROM operations WHERE slot IS NOT NULL AND {StoredOperation.Live} ORDER BY sequence",
                    row => (Id: row.GetString(0), Place: row.GetString(1))
                )
                .Where(holder => holder.Place.StartsWith($"{slot}-", StringComparison.Ordinal)),
        ];

    /// <summary>Writes a new operation with its first event, unless its place, its name or its id is taken.</summary>
    /// <param name="operation">What to write.</param>
    /// <param name="place">The place it takes while it lives, or null where it needs none.</param>
    public bool Insert(NewOperation operation, string? place = null)
    {
        var inserted = connection.Execute(
            """
            INSERT INTO operations
                (id, sequence, type, parent_id, root_id, name, role, status, progress, metadata, "order", slot, seed, trace,
                 created_at)
            SELECT @id, coalesce(max(sequence), 0) + 1, @type, @parent, @root, @name, @role, 'pending', @progress,
                @metadata, @order, @slot, CAST(@seed AS BIGINT), @trace, @now
            FROM operations WHERE true
            ON CONFLICT DO NOTHING
            """,
            ("@id", operation.Id),
            ("@type", operation.Type),
            ("@parent", operation.ParentId),
            ("@root", operation.RootId),
            ("@name", operation.Name),
            ("@role", operation.Role),
            ("@progress", StoredOperation.NotBegun),
            ("@metadata", operation.Metadata.ToJsonString(OperationJson.Options)),
            ("@order", operation.Order),
            ("@slot", place),
            ("@seed", operation.Seed),
            ("@trace", operation.TraceParent),
            ("@now", Now)
        );
        if (inserted == 0)
        {
            return false;
        }

        Add(operation.Id, "created", new JsonObject { ["type"] = operation.Type, ["name"] = operation.Name });
        if (operation.ParentId is null)
        {
            Say(SignalKind.Ready, operation.Id);
        }

        if (operation.Resumes is { } earlier)
        {
            Inherit(operation.Id, earlier);
        }

        if (operation.Hold > Money.Zero)
        {
            Spending.Hold(operation.Id, operation.Hold);
        }

        return true;
    }

    /// <summary>Ends an operation, with its event; what it was still buying is charged in full, since nobody will say more.</summary>
    public Operation End(string id, Ending ending)
    {
        Spending.ChargeOpen(id);
        var status = StoredOperation.Text(ending.Status);
        var ended = connection
            .Query(
                $"""
                UPDATE operations SET status = @status, result = @result, error = @error, publication = @publication,
                    completed_at = @now,
                    ended = (SELECT coalesce(max(ended), 0) + 1 FROM operations WHERE ended IS NOT NULL)
                WHERE id = @id AND {StoredOperation.Live}
                RETURNING {StoredOperation.Columns}
                """,
                StoredOperation.Read,
                ("@status", status),
                ("@result", ending.Result),
                ("@error", ending.Error is null ? null : OperationJson.Write(ending.Error)),
                ("@publication", ending.Publishes ? "owed" : null),
                ("@now", Now),
                ("@id", id)
            )
            .Single();
        Add(id, status, ending.Error is { } error ? Describe(error) : []);
        return ended;
    }

    /// <summary>Asks every live operation of a tree to stop, and ends those that no attempt works on.</summary>
    /// <returns>Those that were asked, as they are now.</returns>
    public IReadOnlyList<Operation> Cancel(string id, string? reason, bool includingItself)
    {
        var asked = connection.Query(
            $"""
            WITH RECURSIVE tree (id) AS (
                SELECT @id
                UNION ALL
                SELECT child.id FROM operations child JOIN tree ON child.parent_id = tree.id
            )
            UPDATE operations SET cancel_requested = 1, cancel_reason = coalesce(cancel_reason, @reason)
            WHERE id IN (SELECT id FROM tree) AND (id <> @id OR @self = 1) AND {StoredOperation.Live}
            RETURNING {StoredOperation.Columns}
            """,
            StoredOperation.Read,
            ("@id", id),
            ("@reason", reason),
            ("@self", includingItself ? 1 : 0)
        );
        var standing = new List<Operation>(asked.Count);
        foreach (var operation in asked)
        {
            Add(operation.Id, "cancel_requested", reason is null ? [] : new JsonObject { ["reason"] = reason });
            Say(SignalKind.Stop, operation.Id);
            standing.Add(
                operation.Status == OperationStatus.Pending
                    ? End(operation.Id, Ending.Cancelled(operation.CancelReason))
                    : operation
            );
        }

        return standing;
    }

    /// <summary>Copies what an ended operation recorded. Its names stay its own; they are kept as records that stand for them.</summary>
    private void Inherit(string id, string earlier)
    {
        connection.Execute(
            "INSERT INTO records (operation_id, name, body) SELECT @id, name, body FROM records WHERE operation_id = @earlier",
            ("@id", id),
            ("@earlier", earlier)
        );
        var names = connection.Query(
            "SELECT scope, name FROM names WHERE operation_id = @earlier",
            row => (Scope: row.GetString(0), Name: row.GetString(1)),
            ("@earlier", earlier)
        );
        foreach (var (scope, name) in names)
        {
            connection.Execute(
                "INSERT INTO records (operation_id, name, body) VALUES (@id, @record, @body)",
                ("@id", id),
                ("@record", OperationStore.NameRecord(scope)),
                ("@body", OperationJson.Write(name))
            );
        }
    }

    private static JsonObject Describe(OperationError error) =>
        new() { ["code"] = error.Code, ["message"] = error.Message };
}
