using System.Data.Common;
using System.Text.Json;

namespace Ktrdr.Operations;

/// <summary>What anybody may ask of the records.</summary>
internal sealed partial class OperationStore
{
    public Operation? Find(string id) =>
        database.ReadAtOnce(
            connection => Select(connection, "WHERE id = @id", ("@id", id)).SingleOrDefault(),
            missing: null
        );

    public OperationPage List(OperationQuery query)
    {
        if (query.Limit is < 1 or > 1000 || query.Offset < 0)
        {
            throw new ArgumentException(
                $"A page has 1 to 1,000 operations and starts at 0 or later; asked for {query.Limit} from {query.Offset}.",
                nameof(query)
            );
        }

        (string, object?) type = ("@type", query.Type);
        (string, object?) status = ("@status", query.Status is { } wanted ? StoredOperation.Text(wanted) : null);
        List<Operation> Page(DbConnection connection) =>
            Select(
                connection,
                $"{Newest(query)} LIMIT @limit OFFSET @offset",
                type,
                status,
                ("@limit", query.Limit),
                ("@offset", query.Offset)
            );

        if (!query.Counted)
        {
            return new OperationPage(database.ReadAtOnce(Page, missing: []), 0, 0);
        }

        return database.Read(
            connection =>
            {
                int Count(OperationQuery which) =>
                    connection.Query(
                        $"SELECT count(*) FROM operations {Which(which)}",
                        row => row.GetInt32(0),
                        type,
                        status
                    )[0];

                var active = Count(query with { Live = true });
                return new OperationPage(Page(connection), IsLive(query) ? active : Count(query), active);
            },
            missing: new OperationPage([], 0, 0)
        );
    }

    public IReadOnlyList<Operation> Children(string id) =>
        database.ReadAtOnce(
            connection => Select(connection, "WHERE parent_id = @id ORDER BY sequence", ("@id", id)),
            missing: []
        );

    /// <summary>What happened to an operation after an event, and how it stands; both of the same moment.</summary>
    public (Operation? Operation, IReadOnlyList<OperationEvent> Events) History(string id, long after) =>
        database.Read(
            connection =>
                (
                    Select(connection, "WHERE id = @id", ("@id", id)).SingleOrDefault(),
                    connection.Query(
                        """
                        SELECT operation_id, number, at, kind, body FROM events
                        WHERE operation_id = @id AND number > @after ORDER BY number
                        """,
                        StoredOperation.ReadEvent,
                        ("@id", id),
                        ("@after", after)
                    )
                ),
            missing: ((Operation?)null, (IReadOnlyList<OperationEvent>)[])
        );

    /// <summary>What happened to an operation and everything below it, but for its progress and its facts, which are many.</summary>
    public IReadOnlyList<OperationEvent> HistoryOfTree(string id) =>
        database.Read<IReadOnlyList<OperationEvent>>(
            connection =>
                connection.Query(
                    """
                    WITH RECURSIVE tree (id) AS (
                        SELECT @id
                        UNION ALL
                        SELECT child.id FROM operations child JOIN tree ON child.parent_id = tree.id
                    )
                    SELECT events.operation_id, number, at, kind, body
                    FROM tree JOIN operations ON operations.id = tree.id JOIN events ON events.operation_id = tree.id
                    WHERE kind NOT IN ('progress', 'metadata')
                    ORDER BY operations.sequence, number
                    """,
                    StoredOperation.ReadEvent,
                    ("@id", id)
                ),
            missing: []
        );

    public IReadOnlyList<T> Ledger<T>(string ledger, string? subject) =>
        database.Read(
            connection =>
                connection.Query(
                    $"SELECT body FROM ledger_{ledger} WHERE @subject IS NULL OR subject = @subject ORDER BY sequence",
                    row => OperationJson.Read<T>(row.GetString(0)),
                    ("@subject", subject)
                ),
            missing: []
        );

    public string? Recorded(string id, string name) =>
        database.Read(connection => Recorded(connection, id, name), null);

    public IReadOnlyDictionary<string, JsonElement> Records(string id) =>
        database
            .Read(
                connection =>
                    connection.Query(
                        "SELECT name, body FROM records WHERE operation_id = @id",
                        row => (Name: row.GetString(0), Body: StoredOperation.Element(row.GetString(1))),
                        ("@id", id)
                    ),
                missing: []
            )
            .ToDictionary(record => record.Name, record => record.Body);

    public string? TakenName(string id, string scope) =>
        database.Read(connection => TakenName(connection, id, scope), missing: null);

    /// <summary>Roots that have not ended, and children that an attempt once worked on.</summary>
    /// <remarks>A child nobody has begun waits for its parent, which lives as long as it does and has things to note first.</remarks>
    public IReadOnlyList<Operation> Live() =>
        database
            .Read(
                connection =>
                    Select(connection, $"WHERE {StoredOperation.Live} AND (parent_id IS NULL OR attempt > 0)"),
                missing: []
            )
            .OrderBy(operation => operation.CreatedAt)
            .ToList();

    /// <summary>Operations that completed and whose result is not under its public name yet: a node's own, and those of the
    /// dead.</summary>
    public IReadOnlyList<Operation> Unpublished(string node) =>
        database.Read(
            connection =>
                Select(
                    connection,
                    $"WHERE publication IN ('owed', 'late') AND (node = @node OR {IsDead})",
                    ("@node", node)
                ),
            []
        );

    /// <summary>Which operations a list is of, and in which order. Live ones are few, and an index has them; those that ended are
    /// many, and another has them by type and status from the newest back.</summary>
    public static string Newest(OperationQuery query) =>
        $"{Which(query)} ORDER BY sequence{(IsLive(query) ? " + 0" : "")} DESC";

    /// <summary>Which operations a list is of.</summary>
    /// <remarks>What is not asked for is not mentioned: a condition with an alternative is one that no index answers.</remarks>
    public static string Which(OperationQuery query) =>
        $"WHERE {(IsLive(query) ? StoredOperation.Live : "true")} {(query.Type is null ? "" : "AND type = @type")} "
        + (query.Status is null ? "" : "AND status = @status");

    private static bool IsLive(OperationQuery query) =>
        query.Live || query.Status is OperationStatus.Pending or OperationStatus.Running;

    private static List<Operation> Select(
        DbConnection connection,
        string which,
        params ReadOnlySpan<(string, object?)> values
    ) => connection.Query($"SELECT {StoredOperation.Columns} FROM operations {which}", StoredOperation.Read, values);

    private static string? Recorded(DbConnection connection, string id, string name) =>
        connection
            .Query(
                "SELECT body FROM records WHERE operation_id = @id AND name = @name",
                row => row.GetString(0),
                ("@id", id),
                ("@name", name)
            )
            .SingleOrDefault();

    /// <summary>Where an operation that resumes another has the name that one took.</summary>
    internal static string NameRecord(string scope) => $"name-{scope}";

    private static string? TakenName(DbConnection connection, string id, string scope) =>
        connection
            .Query(
                "SELECT name FROM names WHERE scope = @scope AND operation_id = @id",
                row => row.GetString(0),
                ("@scope", scope),
                ("@id", id)
            )
            .SingleOrDefault()
        ?? (
            Recorded(connection, id, NameRecord(scope)) is { } inherited ? OperationJson.Read<string>(inherited) : null
        );
}
