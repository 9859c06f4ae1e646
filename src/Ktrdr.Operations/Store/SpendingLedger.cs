using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What a purchase came to; without a cost nobody knows, and the whole reservation is charged.</summary>
internal sealed record Receipt(string Key, Money? Cost, JsonObject Usage);

/// <summary>The money side of one moment of the records: holds, purchases and their settlements, none ever changed.</summary>
/// <remarks>
/// <para>A purchase without a settlement is open. An attempt settles its own; a claim and an end charge in full what is
/// left, so whatever is open belongs to a live operation, and only those are looked at.</para>
/// <para>What a tree has reserved is the larger of what its hold has left and what it has open: a hold is drawn on by the
/// purchases made under it, and what remains of it goes with the root's end, whatever end that is.</para>
/// </remarks>
internal sealed class SpendingLedger(DbConnection connection, DateTimeOffset now)
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
        ) GROUP BY tree
        """;

    private const string Latest = """
        SELECT max(day) FROM (
            SELECT max(day) AS day FROM purchases UNION ALL SELECT max(day) FROM holds UNION ALL SELECT @today)
        """;

    private const string SpentInDay = """
        SELECT coalesce(sum(cost), 0), count(CASE WHEN cost > 0 THEN 1 END),
            count(DISTINCT CASE WHEN cost > 0 THEN root_id END)
        FROM purchases CROSS JOIN settlements
        WHERE day = @day AND settlements.number = purchases.number
        """;

    private const string ReservedByAll = $"""
        SELECT coalesce(sum(amount), 0) FROM ({ReservedByTree})
        WHERE amount > 0 AND (@except IS NULL OR tree <> @except)
        """;

    /// <summary>What a balance asks; it must stay quick however long the history has become.</summary>
    public static IReadOnlyList<string> BalanceQueries { get; } = [Latest, SpentInDay, ReservedByAll];

    /// <summary>The day that is charged now: today, or the latest in the ledger where the clock was set back since.</summary>
    public DateOnly Day() =>
        Date(
            connection.Query(
                Latest,
                row => row.GetString(0),
                ("@today", Text(DateOnly.FromDateTime(now.UtcDateTime)))
            )[0]
        );

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
        hold > Money.Zero && limit is not null && Balance(limit) is var balance && hold > balance.Left
            ? balance
            : null;

    public void Hold(string rootId, Money amount) =>
        connection.Execute(
            "INSERT INTO holds (root_id, day, amount) VALUES (@root, @day, @amount)",
            ("@root", rootId),
            ("@day", Text(Day())),
            ("@amount", amount.Nano)
        );

    /// <summary>Holds back the most that the limits leave for a purchase, up to what is wanted of it.</summary>
    public Allowance Reserve(Operation operation, Purchase purchase)
    {
        var (least, step, wanted) = (purchase.Least, purchase.Step, purchase.Steps);
        if (least < Money.Zero || step < Money.Zero || wanted < 0)
        {
            throw new ArgumentException(
                $"The purchase {purchase.Key} is for {least} and {wanted} steps of {step}; none of these may be negative.",
                nameof(purchase)
            );
        }

        if (Tightest(operation.RootId, purchase.Limits) is var (limit, left))
        {
            if (least > left)
            {
                return new Allowance.Refused(limit, left, Balance(purchase.Limits.PerDay));
            }

            wanted = step == Money.Zero ? wanted : Math.Min(wanted, (left - least).Nano / step.Nano);
        }

        var amount = least + (step * wanted);
        var inserted = connection.Execute(
            """
            INSERT INTO purchases (day, root_id, operation_id, attempt, key, reserved, reserved_at, about)
            VALUES (@day, @root, @id, @attempt, @key, @reserved, @now, @about) ON CONFLICT DO NOTHING
            """,
            ("@day", Text(Day())),
            ("@root", operation.RootId),
            ("@id", operation.Id),
            ("@attempt", operation.Attempt),
            ("@key", purchase.Key),
            ("@reserved", amount.Nano),
            ("@now", StoredOperation.Text(now)),
            ("@about", purchase.About.ToJsonString(OperationJson.Options))
        );
        return inserted == 1
            ? new Allowance.Granted(amount, wanted)
            : throw new InvalidOperationException(
                $"The purchase {purchase.Key} of {operation.Id} is already in the ledger; a key buys once an attempt."
            );
    }

    /// <summary>Charges an open purchase of an attempt.</summary>
    /// <returns>What had been held back for it.</returns>
    public Money Settle(string id, int attempt, Receipt receipt)
    {
        if (receipt.Cost < Money.Zero)
        {
            throw new ArgumentException($"The purchase {receipt.Key} of {id} cannot cost {receipt.Cost}.");
        }

        var reserved = connection.Query(
            $"""
            SELECT number, reserved FROM purchases
            WHERE operation_id = @id AND attempt = @attempt AND key = @key AND {IsOpen}
            """,
            row => (Number: row.GetInt64(0), Amount: Amount(row, 1)),
            ("@id", id),
            ("@attempt", attempt),
            ("@key", receipt.Key)
        );
        if (reserved is not [var purchase])
        {
            throw new InvalidOperationException(
                $"Attempt {attempt} of {id} has no open purchase {receipt.Key}: it is settled already, or nothing was held back for it."
            );
        }

        connection.Execute(
            """
            INSERT INTO settlements (number, cost, outcome, settled_at, usage)
            VALUES (@number, @cost, @outcome, @now, @usage)
            """,
            ("@number", purchase.Number),
            ("@cost", (receipt.Cost ?? purchase.Amount).Nano),
            ("@outcome", receipt.Cost is null ? "unknown" : "settled"),
            ("@now", StoredOperation.Text(now)),
            ("@usage", receipt.Usage.ToJsonString(OperationJson.Options))
        );
        return purchase.Amount;
    }

    /// <summary>Charges in full what an operation (all when null) has open, because whoever bought it is gone.</summary>
    public int ChargeOpen(string? id) =>
        connection.Execute(
            $"""
            INSERT INTO settlements (number, cost, outcome, settled_at, usage)
            SELECT number, reserved, 'unknown', @now, @usage FROM purchases
            WHERE {IsOpen} {(id is null ? "" : "AND operation_id = @id")}
            """,
            ("@now", StoredOperation.Text(now)),
            ("@usage", "{}"),
            ("@id", id)
        );

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

    /// <summary>The limit that leaves a tree the least, and what that is; null where there is none.</summary>
    private (string Limit, Money Left)? Tightest(string rootId, SpendingLimits limits)
    {
        var (settled, open) = Tree(rootId);
        (string Limit, Money Left)? tightest = null;
        if (limits.PerDay is { } perDay)
        {
            tightest = ("day", perDay - Spent(Day()).Settled - Reserved(except: rootId) - open);
        }

        if (limits.PerTree is { } perTree && perTree - settled - open is var left)
        {
            tightest = tightest is { } day && day.Left <= left ? day : ("tree", left);
        }

        return tightest is { Left: var most } && most < Money.Zero ? (tightest.Value.Limit, Money.Zero) : tightest;
    }

    /// <summary>What a day has cost so far, with how many purchases of how many trees.</summary>
    private (Money Settled, int Payments, int Trees) Spent(DateOnly day) =>
        connection.Query(
            SpentInDay,
            row => (Amount(row, 0), row.GetInt32(1), row.GetInt32(2)),
            ("@day", Text(day))
        )[0];

    /// <summary>What a tree has paid in its whole life, and what it has open.</summary>
    private (Money Settled, Money Open) Tree(string rootId) =>
        connection.Query(
            """
            SELECT coalesce(sum(cost), 0), coalesce(sum(CASE WHEN cost IS NULL THEN reserved END), 0)
            FROM purchases LEFT JOIN settlements ON settlements.number = purchases.number
            WHERE root_id = @root
            """,
            row => (Amount(row, 0), Amount(row, 1)),
            ("@root", rootId)
        )[0];

    private Money Reserved(string? except) =>
        connection.Query(
            ReservedByAll,
            row => Amount(row, 0),
            ("@except", except)
        )[0];

    private static Money Amount(DbDataReader row, int column) => new(row.GetInt64(column));

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) =>
        DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
