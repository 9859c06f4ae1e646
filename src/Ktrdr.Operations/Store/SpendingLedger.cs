using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>The money side of one moment of the records: holds, purchases and their settlements, none ever changed.</summary>
/// <remarks>
/// <para>A purchase without a settlement is open. An attempt settles its own; a claim and an end charge in full what is
/// left, so whatever is open belongs to a live operation, and only those are looked at.</para>
/// <para>A purchase is charged to the day it was reserved in, whenever it is settled; while it is open it counts against
/// the current day.</para>
/// <para>What a tree has reserved is the larger of what its hold has left and what it has open: a hold is drawn on by the
/// purchases made under it, and what remains of it goes with the root's end, whatever end that is.</para>
/// </remarks>
internal sealed partial class SpendingLedger(DbConnection connection, DateTimeOffset now)
{
    /// <summary>The schema version that brought it.</summary>
    public const int Since = 2;

    private const string IsOpen = "NOT EXISTS (SELECT 1 FROM settlements WHERE settlements.number = purchases.number)";

    // CROSS JOIN keeps the order of the tables: few operations are live, and a day or a tree has few purchases.
    private const string ReservedByTree = $"""
        SELECT tree, max(amount) AS amount FROM (
            SELECT purchases.root_id AS tree, sum(reserved) AS amount
            FROM operations CROSS JOIN purchases
            WHERE {StoredOperation.Live} AND purchases.operation_id = operations.id AND {IsOpen}
            GROUP BY purchases.root_id
            UNION ALL
            SELECT holds.root_id, amount - (
                SELECT coalesce(sum(cost), 0) FROM purchases CROSS JOIN settlements
                WHERE purchases.root_id = holds.root_id AND settlements.number = purchases.number)
            FROM operations CROSS JOIN holds
            WHERE {StoredOperation.Live} AND holds.root_id = operations.id
        ) AS trees GROUP BY tree
        """;

    private const string Latest = """
        SELECT max(day) FROM (
            SELECT max(day) AS day FROM purchases UNION ALL SELECT max(day) FROM holds UNION ALL SELECT @today) AS days
        """;

    // A day's sum only grows, and its counts only with it, so the settlement with the largest sum is the latest.
    private const string SpentInDay = """
        SELECT settled_in_day, payments_in_day, trees_in_day FROM settlements
        WHERE charged_day = @day ORDER BY settled_in_day DESC LIMIT 1
        """;

    private const string ReservedByAll = $"""
        SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM ({ReservedByTree}) AS reserved
        WHERE amount > 0 AND (@except IS NULL OR tree <> @except)
        """;

    /// <summary>What a balance asks; it must stay quick however long the history has become.</summary>
    public static IReadOnlyList<string> BalanceQueries { get; } = [Latest, SpentInDay, ReservedByAll];

    /// <summary>The day that is charged now: today, or the latest in the ledger where the clock was set back since.</summary>
    public DateOnly Day()
    {
        var today = Text(DateOnly.FromDateTime(now.UtcDateTime));
        return connection.Query(Latest, row => Date(row.GetString(0)), ("@today", today))[0];
    }

    public Balance Balance(Money? limit)
    {
        var day = Day();
        var (settled, payments, trees) = Spent(day);
        return Untouched(day, limit) with
        {
            Settled = settled,
            Reserved = Reserved(except: null),
            Payments = payments,
            PayingTrees = trees,
        };
    }

    /// <summary>A day in which nothing was spent.</summary>
    public static Balance Untouched(DateOnly day, Money? limit) =>
        new()
        {
            Day = day,
            Limit = limit,
            Settled = Money.Zero,
            Reserved = Money.Zero,
            ResetsAt = new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero),
            Payments = 0,
            PayingTrees = 0,
        };

    /// <summary>How the day stands when it leaves less than the hold; null when the hold fits. No hold always fits.</summary>
    public Balance? Lacks(Money hold, Money? limit) =>
        hold > Money.Zero && limit is not null && Balance(limit) is var balance && hold > balance.Left ? balance : null;

    public IReadOnlyList<Payment> Payments(DateOnly? day, string? rootId) =>
        connection.Query(
            $"""
            SELECT operation_id, root_id, key, reserved_at, day, reserved, cost, outcome, about, usage
            FROM purchases LEFT JOIN settlements ON settlements.number = purchases.number
            WHERE true {(day is null ? "" : "AND day = @day")} {(rootId is null ? "" : "AND root_id = @root")}
            ORDER BY purchases.number DESC
            """,
            row => new Payment
            {
                OperationId = row.GetString(0),
                RootId = row.GetString(1),
                Key = row.GetString(2),
                ReservedAt = StoredOperation.Time(row.GetString(3)),
                Day = Date(row.GetString(4)),
                Reserved = Amount(row, 5),
                Settled = row.IsDBNull(6) ? null : Amount(row, 6),
                Outcome = row.Text(7) ?? "open",
                About = JsonNode.Parse(row.GetString(8))!.AsObject(),
                Usage = JsonNode.Parse(row.Text(9) ?? "{}")!.AsObject(),
            },
            ("@day", day is { } wanted ? Text(wanted) : null),
            ("@root", rootId)
        );

    /// <summary>What a day has cost so far, with how many purchases of how many trees; zeros when nothing was charged.</summary>
    private (Money Settled, int Payments, int Trees) Spent(DateOnly day) =>
        connection
            .Query(SpentInDay, row => (Amount(row, 0), row.GetInt32(1), row.GetInt32(2)), ("@day", Text(day)))
            .SingleOrDefault();

    /// <summary>What a tree has paid in its whole life, and what it has open.</summary>
    private (Money Settled, Money Open) Tree(string rootId) =>
        connection.Query(
            """
            SELECT CAST(coalesce(sum(cost), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN cost IS NULL THEN reserved END), 0) AS BIGINT)
            FROM purchases LEFT JOIN settlements ON settlements.number = purchases.number
            WHERE root_id = @root
            """,
            row => (Amount(row, 0), Amount(row, 1)),
            ("@root", rootId)
        )[0];

    private Money Reserved(string? except) =>
        connection.Query(ReservedByAll, row => Amount(row, 0), ("@except", except))[0];

    private static Money Amount(DbDataReader row, int column) => new(row.GetInt64(column));

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
