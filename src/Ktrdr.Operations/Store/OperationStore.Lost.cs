using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What becomes of the work of those who died.</summary>
/// <remarks>An operation marked as running belongs to its node for as long as that one is in the table. Whoever was not heard
/// of for too long is struck off, and in the same transaction what it left running is put back: pending, with the crash
/// counted. Should it be alive after all, every write it still tries is refused, for its attempt no longer runs.</remarks>
internal sealed partial class OperationStore
{
    private const string IsDead = "NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.id = operations.node)";

    /// <summary>Strikes off whoever was silent for too long, and puts back what the dead left running.</summary>
    /// <returns>What was left running.</returns>
    /// <remarks>Whoever was silent himself, say because his turn to write was long in coming, strikes off nobody.</remarks>
    public async Task<IReadOnlyList<Operation>> BuryAsync(
        string node,
        OnRestart onRestart,
        int crashCap,
        CancellationToken cancellationToken
    )
    {
        var silent = $"seen_at < {database.Clock(LongestSilence)}";
        var somethingToDo = database.Read(
            connection =>
                connection.Query(
                    $"""
                    SELECT 1 WHERE EXISTS (SELECT 1 FROM nodes WHERE {silent})
                        OR EXISTS (SELECT 1 FROM operations WHERE status = 'running' AND {IsDead})
                    """,
                    row => row.GetInt32(0)
                ),
            []
        );
        return somethingToDo.Count == 0
            ? []
            : await WriteAsync(
                change =>
                {
                    change.Connection.Execute(
                        $"""
                        DELETE FROM nodes WHERE {silent}
                            AND EXISTS (SELECT 1 FROM nodes me WHERE me.id = @node AND NOT (me.{silent}))
                        """,
                        ("@node", node)
                    );
                    return PutBackOfTheDead(change, onRestart, crashCap);
                },
                cancellationToken
            );
    }

    /// <summary>Puts back what is marked as running here although no attempt here works on it.</summary>
    public Task PutBackAsync(Operation left, bool countsAsCrash, int crashCap, CancellationToken cancellationToken) =>
        WriteAsync(
            change =>
            {
                if (
                    change.Find(left.Id) is { Status: OperationStatus.Running } operation
                    && operation.Attempt == left.Attempt
                )
                {
                    PutBack(change, operation, countsAsCrash, OnRestart.Resume, crashCap);
                }

                return true;
            },
            cancellationToken
        );

    private static IReadOnlyList<Operation> PutBackOfTheDead(Transaction change, OnRestart onRestart, int crashCap)
    {
        // A child's crash takes its waiting parent along: whose child was running is not to blame. Asked before anything moves.
        var left = change.Connection.Query(
            $"""
            SELECT {StoredOperation.Columns}, CASE WHEN EXISTS (SELECT 1 FROM operations child
                WHERE child.parent_id = operations.id AND child.status = 'running') THEN 0 ELSE 1 END
            FROM operations WHERE status = 'running' AND {IsDead}
            """,
            row => (Operation: StoredOperation.Read(row), CountsAsCrash: row.GetInt32(24) == 1)
        );

        // The children first, so that only those that never began are left for their parent to cancel.
        foreach (var (operation, counts) in left.OrderByDescending(one => one.Operation.ParentId is not null))
        {
            PutBack(change, operation, counts, onRestart, crashCap);
        }

        return [.. left.Select(one => one.Operation)];
    }

    private static void PutBack(
        Transaction change,
        Operation operation,
        bool countsAsCrash,
        OnRestart onRestart,
        int crashCap
    )
    {
        var crashes = operation.Crashes + (countsAsCrash ? 1 : 0);
        change.Connection.Execute(
            "UPDATE operations SET crashes = @crashes WHERE id = @id",
            ("@crashes", crashes),
            ("@id", operation.Id)
        );
        if (operation.CancelRequested)
        {
            change.End(operation.Id, Ending.Cancelled(operation.CancelReason));
        }
        else if (onRestart == OnRestart.Fail && !HasRunningChild(change, operation))
        {
            change.Cancel(operation.Id, "Its parent died with its process.", includingItself: false);
            change.End(operation.Id, Ending.Failed(Died(operation)));
        }
        else if (crashes >= crashCap && !HasRunningChild(change, operation))
        {
            change.Cancel(operation.Id, "Its parent crashed too often.", includingItself: false);
            change.End(operation.Id, Ending.Failed(DiedTooOften(operation, crashCap)));
        }
        else
        {
            // Whoever worked on it can settle nothing any more.
            change.Spending.ChargeOpen(operation.Id);
            change.Connection.Execute("UPDATE operations SET status = 'pending' WHERE id = @id", ("@id", operation.Id));
            change.Add(
                operation.Id,
                "lost",
                new JsonObject
                {
                    ["attempt"] = operation.Attempt,
                    ["node"] = operation.Node,
                    ["crashes"] = crashes,
                    ["seen_at"] = change.LastSign(operation.Id),
                }
            );
            change.Say(SignalKind.Ready, operation.Id);
        }
    }

    // A child that somebody else works on outlives no parent, so the parent goes on with it.
    private static bool HasRunningChild(Transaction change, Operation operation) =>
        change
            .Connection.Query(
                "SELECT 1 FROM operations WHERE parent_id = @id AND status = 'running' LIMIT 1",
                row => row.GetInt32(0),
                ("@id", operation.Id)
            )
            .Count > 0;

    private static OperationError Died(Operation operation) =>
        new(
            "crashed",
            $"The process died while it worked on this {operation.Type} operation, and work left by a dead process is set to fail.",
            $"Go on where it stopped: ktrdr operations resume {operation.RootId}"
        );

    private static OperationError DiedTooOften(Operation operation, int crashCap) =>
        new(
            "crashed",
            $"The process died {crashCap} times while it worked on this {operation.Type} operation, so it is not tried again.",
            "See the log from before each restart for the cause (memory is the usual one), then start it anew."
        );
}
