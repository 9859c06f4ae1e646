using System.Data.Common;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What becomes of work that nobody is there to do.</summary>
internal sealed partial class OperationStore
{
    /// <summary>Deals with work that waits for a role nobody has: says so, and after a while ends it.</summary>
    /// <param name="waiting">What waits.</param>
    /// <param name="patience">How long it may wait.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    public Task WaitForWorkersAsync(
        IReadOnlyList<Operation> waiting,
        TimeSpan patience,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            change =>
            {
                var served = Served(change.Connection);
                foreach (var id in waiting.Select(operation => operation.Id))
                {
                    if (
                        change.Find(id) is { Status: OperationStatus.Pending } operation
                        && !served.Contains(operation.Role)
                    )
                    {
                        WaitForWorker(change, operation, patience);
                    }
                }

                return true;
            },
            cancellationToken
        );

    /// <summary>What is pending in a role that no node has, and is to be told so or to be ended now.</summary>
    public IReadOnlyList<Operation> Unserved(TimeSpan patience) =>
        database.Read(
            connection =>
            {
                var served = Served(connection);
                return Select(connection, "WHERE status = 'pending'")
                    .Where(operation =>
                        !served.Contains(operation.Role)
                        && (
                            operation.Progress.CurrentStep != WaitingFor(operation)
                            || WaitsSince(connection, operation.Id) is not { } since
                            || (time.GetUtcNow() - since > patience && !HasBegun(operation))
                        )
                    )
                    .ToList();
            },
            []
        );

    private void WaitForWorker(Transaction change, Operation operation, TimeSpan patience)
    {
        if (WaitsSince(change.Connection, operation.Id) is not { } since)
        {
            var waits = operation.Progress with { CurrentStep = WaitingFor(operation) };
            change.Connection.Execute(
                "UPDATE operations SET progress = @progress WHERE id = @id",
                ("@progress", StoredOperation.Fields(waits).ToJsonString(OperationJson.Options)),
                ("@id", operation.Id)
            );
            change.Add(operation.Id, "waiting", new JsonObject { ["role"] = operation.Role });
        }
        else if (time.GetUtcNow() - since > patience && !HasBegun(operation))
        {
            change.Cancel(operation.Id, "Nobody came to work on its parent.", includingItself: false);
            change.End(
                operation.Id,
                Ending.Failed(
                    new OperationError(
                        "no_worker",
                        $"Nobody who does {operation.Role} work was there for {patience.TotalSeconds:0} s, so this "
                            + $"{operation.Type} operation was not begun.",
                        $"Start one with 'ktrdr worker --roles {operation.Role}', then go on: "
                            + $"ktrdr operations resume {operation.RootId}"
                    )
                )
            );
        }
    }

    // What was begun and handed back, or lost, waits for whoever comes, as it does where nobody is there at all.
    private static bool HasBegun(Operation operation) => operation is { ParentId: null, Attempt: > 0 };

    private static string WaitingFor(Operation operation) => $"waiting for a {operation.Role} worker";

    /// <summary>Since when it is known that nobody does its work: the last line of its history, if that says so.</summary>
    private static DateTimeOffset? WaitsSince(DbConnection connection, string id) =>
        connection
            .Query(
                "SELECT kind, at FROM events WHERE operation_id = @id ORDER BY number DESC LIMIT 1",
                row => row.GetString(0) == "waiting" ? StoredOperation.Time(row.GetString(1)) : (DateTimeOffset?)null,
                ("@id", id)
            )
            .Single();

    private static HashSet<string> Served(DbConnection connection) =>
        [.. Nodes(connection, "").SelectMany(node => node.Roles).Select(role => role.Role)];
}
