namespace Ktrdr.Operations;

/// <summary>What operations pay, and what they may.</summary>
internal sealed partial class OperationStore
{
    /// <summary>Holds money back for a purchase of an attempt, if its limits leave any.</summary>
    public Task<Allowance> ReserveAsync(
        string id,
        int attempt,
        Purchase purchase,
        CancellationToken cancellationToken
    ) =>
        FencedAsync(
            id,
            attempt,
            $"reservation for {purchase.Key}",
            (change, operation) => change.Spending.Reserve(operation, purchase, Earlier(change, operation.RootId)),
            cancellationToken
        );

    /// <summary>Charges what a purchase came to and keeps what was bought, if anything, under its name.</summary>
    public async Task SettleAsync(
        string id,
        int attempt,
        Receipt receipt,
        (string Name, string Body)? record,
        CancellationToken cancellationToken
    )
    {
        var reserved = await FencedAsync(
            id,
            attempt,
            $"settlement of {receipt.Key}",
            (change, _) =>
            {
                if (record is var (name, body))
                {
                    Keep(change, id, name, body);
                }

                return change.Spending.Settle(id, attempt, receipt);
            },
            cancellationToken
        );
        if (receipt.Cost is { } cost && cost > reserved)
        {
            log.CostMoreThanReserved(id, receipt.Key, cost, reserved);
        }
    }

    /// <summary>The trees that a tree goes on from, the last first: what they paid, it has paid.</summary>
    private static IEnumerable<string> Earlier(Transaction change, string rootId)
    {
        for (var from = change.Find(rootId)?.Resumes; from is not null; from = change.Find(from)?.Resumes)
        {
            yield return from;
        }
    }

    public Balance Balance(Money? dailyLimit)
    {
        var now = time.GetUtcNow();
        return database.Read(
            connection => new SpendingLedger(connection, now).Balance(dailyLimit),
            SpendingLedger.Untouched(DateOnly.FromDateTime(now.UtcDateTime), dailyLimit),
            SpendingLedger.Since
        );
    }

    public IReadOnlyList<Payment> Payments(DateOnly? day, string? rootId) =>
        database.Read(
            connection => new SpendingLedger(connection, time.GetUtcNow()).Payments(day, rootId),
            [],
            SpendingLedger.Since
        );
}
