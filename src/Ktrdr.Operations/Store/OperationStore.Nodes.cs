using System.Data.Common;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>Who works on operations, and what becomes of the work of those who died.</summary>
/// <remarks>An operation marked as running belongs to its node for as long as that one is in the table. Whoever was not heard
/// of for too long is struck off, and in the same transaction what it left running is put back: pending, with the crash
/// counted. Should it be alive after all, every write it still tries is refused, for its attempt no longer runs.</remarks>
internal sealed partial class OperationStore
{
    /// <summary>How long a node may be silent before it counts as dead, in seconds: it should be heard of every second.</summary>
    public const double LongestSilence = 3;

    private const string IsDead = "NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.id = operations.node)";

    /// <summary>Whether other processes may work on the same records.</summary>
    public bool IsShared => database.IsShared;

    /// <summary>Enters a node, and takes over from those it follows: any other of its home, which only one process can hold, and in
    /// a store that nobody shares everyone. One that was struck off and enters again follows nobody.</summary>
    /// <returns>What was left running.</returns>
    public Task<IReadOnlyList<Operation>> JoinAsync(
        Node node,
        bool again,
        OnRestart onRestart,
        int crashCap,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            change =>
            {
                if (!again)
                {
                    change.Connection.Execute(
                        "DELETE FROM nodes WHERE home_id = @home OR @alone = 1",
                        ("@home", node.HomeId),
                        ("@alone", database.IsShared ? 0 : 1)
                    );
                }

                change.Connection.Execute(
                    $"""
                    INSERT INTO nodes (id, home, home_id, roles, started_at, seen_at)
                    VALUES (@id, @home, @home_id, @roles, {database.Clock()}, {database.Clock()}) ON CONFLICT DO NOTHING
                    """,
                    ("@id", node.Id),
                    ("@home", node.Home),
                    ("@home_id", node.HomeId),
                    ("@roles", Capacities(node))
                );
                return PutBackOfTheDead(change, onRestart, crashCap);
            },
            cancellationToken
        );

    /// <summary>Hears what the other processes did, until cancelled. Nothing is heard where there are no others.</summary>
    public Task HearAsync(Action<Signal> hear, CancellationToken cancellationToken) =>
        database.HearAsync(
            message =>
            {
                foreach (var signal in Signal.Read(message))
                {
                    changes.Announce(signal.Id);
                    hear(signal);
                }
            },
            cancellationToken
        );

    /// <summary>Offers work to the other processes.</summary>
    public void Offer(string id) => database.TellAside(Signal.Messages([new Signal(SignalKind.Ready, id)]).Single());

    /// <summary>Says that a node is alive.</summary>
    /// <returns>False when it was struck off meanwhile.</returns>
    public bool CheckIn(string node) =>
        database.WriteAside($"UPDATE nodes SET seen_at = {database.Clock()} WHERE id = @id", ("@id", node)) == 1;

    /// <summary>Takes a node out that ends in order. What it could not hand back is put back by the others.</summary>
    public void Leave(string node) => database.WriteAside("DELETE FROM nodes WHERE id = @id", ("@id", node));

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

    /// <summary>The nodes that are alive, with what they do now, oldest first.</summary>
    /// <param name="working">Whether this process works itself; if not, nobody else can in a store that is not shared.</param>
    public IReadOnlyList<Node> Nodes(bool working) =>
        database.Read<IReadOnlyList<Node>>(
            connection => working || database.IsShared ? NodesIn(connection) : [],
            missing: [],
            since: 3
        );

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

    private static List<Node> Nodes(DbConnection connection, string which) =>
        connection.Query(
            $"SELECT id, home, home_id, roles, started_at, seen_at FROM nodes {which} ORDER BY started_at, id",
            row => new Node(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                StoredOperation.Time(row.GetString(4)),
                StoredOperation.Time(row.GetString(5)),
                [
                    .. JsonNode
                        .Parse(row.GetString(3))!
                        .AsObject()
                        .Select(role => new NodeRole(role.Key, (int)role.Value!, Running: 0))
                        .OrderBy(role => role.Role, StringComparer.Ordinal),
                ]
            )
        );

    private List<Node> NodesIn(DbConnection connection)
    {
        var running = connection.Query(
            "SELECT node, role, count(*) FROM operations WHERE status = 'running' GROUP BY node, role",
            row => (Node: row.Text(0), Role: row.GetString(1), Count: row.GetInt32(2))
        );
        return
        [
            .. Nodes(connection, database.IsShared ? $"WHERE seen_at >= {database.Clock(LongestSilence)}" : "")
                .Select(node =>
                    node with
                    {
                        SeenAt = database.IsShared ? node.SeenAt : time.GetUtcNow(),
                        Roles =
                        [
                            .. node.Roles.Select(role =>
                                role with
                                {
                                    Running = running
                                        .Where(one => one.Node == node.Id && one.Role == role.Role)
                                        .Sum(one => one.Count),
                                }
                            ),
                        ],
                    }
                ),
        ];
    }

    private static string Capacities(Node node) =>
        new JsonObject(
            node.Roles.Select(role => KeyValuePair.Create<string, JsonNode?>(role.Role, role.Capacity))
        ).ToJsonString();

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
