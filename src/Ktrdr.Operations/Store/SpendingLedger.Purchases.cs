using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What a purchase came to; without a cost nobody knows, and the whole reservation is charged.</summary>
internal sealed record Receipt(string Key, Money? Cost, JsonObject Usage);

/// <summary>What is added to the ledger: holds, purchases, and what they came to.</summary>
internal sealed partial class SpendingLedger
{
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

        var open = Open(
            "AND operation_id = @id AND attempt = @attempt AND key = @key",
            ("@id", id),
            ("@attempt", attempt),
            ("@key", receipt.Key)
        );
        if (open is not [var purchase])
        {
            return SettledSo(id, attempt, receipt)
                ?? throw new InvalidOperationException(
                    $"Attempt {attempt} of {id} has no open purchase {receipt.Key}: it is settled otherwise, or nothing was held back for it."
                );
        }

        Charge(purchase, receipt.Cost, receipt.Usage);
        return purchase.Reserved;
    }

    /// <summary>What was held back for a purchase that this very receipt has settled already: the commit was done, and only its answer
    /// lost on the way. Null for any other.</summary>
    private Money? SettledSo(string id, int attempt, Receipt receipt) =>
        connection
            .Query(
                """
                SELECT reserved FROM purchases CROSS JOIN settlements
                WHERE operation_id = @id AND attempt = @attempt AND key = @key AND settlements.number = purchases.number
                    AND outcome = @outcome AND cost = coalesce(CAST(@cost AS BIGINT), reserved) AND usage = @usage
                """,
                row => (Money?)Amount(row, 0),
                ("@id", id),
                ("@attempt", attempt),
                ("@key", receipt.Key),
                ("@outcome", receipt.Cost is null ? "unknown" : "settled"),
                ("@cost", receipt.Cost?.Nano),
                ("@usage", receipt.Usage.ToJsonString(OperationJson.Options))
            )
            .SingleOrDefault();

    /// <summary>Charges in full what an operation has open, because whoever bought it is gone.</summary>
    public void ChargeOpen(string id)
    {
        foreach (var purchase in Open("AND operation_id = @id", ("@id", id)))
        {
            Charge(purchase, cost: null, usage: []);
        }
    }

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

    private List<OpenPurchase> Open(string which, params ReadOnlySpan<(string, object?)> values) =>
        connection.Query(
            $"SELECT number, day, root_id, reserved FROM purchases WHERE {IsOpen} {which} ORDER BY number",
            row => new OpenPurchase(row.GetInt64(0), Date(row.GetString(1)), row.GetString(2), Amount(row, 3)),
            values
        );

    private void Charge(OpenPurchase purchase, Money? cost, JsonObject usage)
    {
        var (settled, payments, trees) = Spent(purchase.Day);
        var charged = cost ?? purchase.Reserved;
        var pays = charged > Money.Zero;
        connection.Execute(
            """
            INSERT INTO settlements (number, cost, outcome, settled_at, usage,
                charged_day, settled_in_day, payments_in_day, trees_in_day, sequence)
            SELECT @number, @cost, @outcome, @now, @usage, @day, @settled, @payments, @trees, coalesce(max(sequence), 0) + 1
            FROM settlements
            """,
            ("@number", purchase.Number),
            ("@cost", charged.Nano),
            ("@outcome", cost is null ? "unknown" : "settled"),
            ("@now", StoredOperation.Text(now)),
            ("@usage", usage.ToJsonString(OperationJson.Options)),
            ("@day", Text(purchase.Day)),
            ("@settled", (settled + charged).Nano),
            ("@payments", pays ? payments + 1 : payments),
            ("@trees", pays && !HasPaid(purchase.RootId, purchase.Day) ? trees + 1 : trees)
        );
    }

    private bool HasPaid(string rootId, DateOnly day) =>
        connection
            .Query(
                """
                SELECT 1 FROM purchases CROSS JOIN settlements
                WHERE day = @day AND root_id = @root AND settlements.number = purchases.number AND cost > 0 LIMIT 1
                """,
                row => row.GetInt32(0),
                ("@day", Text(day)),
                ("@root", rootId)
            )
            .Count > 0;

    private sealed record OpenPurchase(long Number, DateOnly Day, string RootId, Money Reserved);
}
