using System.Data.Common;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What there is to count.</summary>
internal sealed partial class OperationStore
{
    private const int FiguresSince = 4;

    private const string EndedAfter = """
        SELECT ended, id, type, parent_id, status, started_at, completed_at, metadata, error,
            CASE WHEN parent_id IS NULL THEN (
                SELECT CAST(sum(cost) AS BIGINT) FROM purchases CROSS JOIN settlements
                WHERE purchases.root_id = operations.id AND settlements.number = purchases.number
            ) END
        FROM operations WHERE ended > @after ORDER BY ended LIMIT @most
        """;

    private const string ChargedAfter = """
        SELECT settlements.sequence, cost, outcome, about, usage, reserved_at, settled_at
        FROM settlements CROSS JOIN purchases
        WHERE settlements.sequence > @after AND purchases.number = settlements.number
        ORDER BY settlements.sequence LIMIT @most
        """;

    public IReadOnlyList<EndedOperation> Ended(long after, int most) =>
        database.Read(
            connection =>
                connection.Query(
                    EndedAfter,
                    row => new EndedOperation
                    {
                        Number = row.GetInt64(0),
                        Id = row.GetString(1),
                        Type = row.GetString(2),
                        ParentId = row.Text(3),
                        Status = StoredOperation.Status(row.GetString(4)),
                        StartedAt = row.Text(5) is { } started ? StoredOperation.Time(started) : null,
                        CompletedAt = StoredOperation.Time(row.GetString(6)),
                        Metadata = JsonNode.Parse(row.GetString(7))!.AsObject(),
                        ErrorCode = row.Text(8) is { } error ? OperationJson.Read<OperationError>(error).Code : null,
                        Paid = row.IsDBNull(9) ? null : new Money(row.GetInt64(9)),
                    },
                    ("@after", after),
                    ("@most", most)
                ),
            missing: [],
            FiguresSince
        );

    public IReadOnlyList<ChargedPurchase> Charged(long after, int most) =>
        database.Read(
            connection =>
                connection.Query(
                    ChargedAfter,
                    row => new ChargedPurchase
                    {
                        Number = row.GetInt64(0),
                        Cost = new Money(row.GetInt64(1)),
                        Outcome = row.GetString(2),
                        About = JsonNode.Parse(row.GetString(3))!.AsObject(),
                        Usage = JsonNode.Parse(row.GetString(4))!.AsObject(),
                        Took = NeverBack(
                            StoredOperation.Time(row.GetString(5)),
                            StoredOperation.Time(row.GetString(6))
                        ),
                    },
                    ("@after", after),
                    ("@most", most)
                ),
            missing: [],
            FiguresSince
        );

    // A clock may have been set back in between.
    private static TimeSpan NeverBack(DateTimeOffset from, DateTimeOffset to) => to > from ? to - from : TimeSpan.Zero;

    /// <summary>How things stand.</summary>
    /// <param name="dailyLimit">The most that may be spent in a day, or null.</param>
    /// <param name="fact">The fact by which live operations are told apart.</param>
    public Standing Standing(Money? dailyLimit, string fact)
    {
        var now = time.GetUtcNow();
        return database.Read(
            connection => new Standing
            {
                Balance = new SpendingLedger(connection, now).Balance(dailyLimit),
                Live = connection.Query(
                    LiveAlike(database),
                    row => new LiveCount(
                        row.GetString(0),
                        row.GetString(1),
                        StoredOperation.Status(row.GetString(2)),
                        row.Text(3),
                        row.GetInt32(4)
                    ),
                    ("@fact", fact)
                ),
                Nodes = NodesIn(connection),
                LongestSilence = database.IsShared ? LongestSilenceIn(connection) : TimeSpan.Zero,
                Recoveries = CountOf(connection, "lost"),
                Takeovers = connection.Query(TakenOver(database), row => row.GetInt64(0))[0],
                RefusedWrites = CountOf(connection, "refused_write"),
                DatabaseBytes = connection.Query($"SELECT {database.Bytes}", row => row.GetInt64(0))[0],
            },
            missing: None(DateOnly.FromDateTime(now.UtcDateTime), dailyLimit),
            FiguresSince
        );
    }

    /// <summary>What is asked; it must stay quick however long the history has become.</summary>
    public static IReadOnlyList<string> FigureQueries(Database database) =>
        [EndedAfter, ChargedAfter, LiveAlike(database), TakenOver(database), Counted("lost"), Counted("refused_write")];

    private static string LiveAlike(Database database) =>
        $"""
            SELECT type, role, status, {database.Field("metadata", "@fact")}, count(*)
            FROM operations WHERE {StoredOperation.Live} GROUP BY 1, 2, 3, 4
            """;

    // An attempt was lost, and the next was claimed in another home than the one that was lost.
    private static string TakenOver(Database database) =>
        $"""
            SELECT count(*) FROM events lost
            JOIN events ours ON ours.operation_id = lost.operation_id AND ours.kind = 'claimed' AND ours.number = (
                SELECT max(number) FROM events
                WHERE kind = 'claimed' AND operation_id = lost.operation_id AND number < lost.number)
            JOIN events theirs ON theirs.operation_id = lost.operation_id AND theirs.kind = 'claimed' AND theirs.number = (
                SELECT min(number) FROM events
                WHERE kind = 'claimed' AND operation_id = lost.operation_id AND number > lost.number)
            WHERE lost.kind = 'lost' AND {database.Field("ours.body", "'home'")} <> {database.Field(
                "theirs.body",
                "'home'"
            )}
            """;

    private static string Counted(string kind) => $"SELECT count(*) FROM events WHERE kind = '{kind}'";

    private static long CountOf(DbConnection connection, string kind) =>
        connection.Query(Counted(kind), row => row.GetInt64(0))[0];

    private TimeSpan LongestSilenceIn(DbConnection connection) =>
        connection
            .Query(
                $"SELECT min(seen_at), {database.Clock()} FROM nodes",
                row =>
                    row.Text(0) is { } seen
                        ? StoredOperation.Time(row.GetString(1)) - StoredOperation.Time(seen)
                        : TimeSpan.Zero
            )
            .Single();

    private static Standing None(DateOnly day, Money? limit) =>
        new()
        {
            Balance = SpendingLedger.Untouched(day, limit),
            Live = [],
            Nodes = [],
            LongestSilence = TimeSpan.Zero,
            Recoveries = 0,
            Takeovers = 0,
            RefusedWrites = 0,
            DatabaseBytes = 0,
        };
}

/// <inheritdoc cref="IOperationFigures"/>
internal sealed class RecordedFigures(OperationStore store) : IOperationFigures
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<EndedOperation>> EndedAsync(long after, int most, CancellationToken cancellationToken) =>
        Now(() => store.Ended(after, most), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ChargedPurchase>> ChargedAsync(
        long after,
        int most,
        CancellationToken cancellationToken
    ) => Now(() => store.Charged(after, most), cancellationToken);

    /// <inheritdoc/>
    public Task<Standing> StandingAsync(Money? dailyLimit, string fact, CancellationToken cancellationToken) =>
        Now(() => store.Standing(dailyLimit, fact), cancellationToken);

    private static Task<T> Now<T>(Func<T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(read());
    }
}
