using System.Data.Common;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>Who works on operations: whoever is there, and what they tell each other.</summary>
internal sealed partial class OperationStore
{
    /// <summary>How long a node may be silent before it counts as dead, in seconds: it should be heard of every second.</summary>
    public const double LongestSilence = 3;

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

    /// <summary>The nodes that are alive, with what they do now, oldest first.</summary>
    /// <param name="working">Whether this process works itself; if not, nobody else can in a store that is not shared.</param>
    public IReadOnlyList<Node> Nodes(bool working) =>
        database.Read<IReadOnlyList<Node>>(
            connection => working || database.IsShared ? NodesIn(connection) : [],
            missing: [],
            since: 3
        );

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
}
