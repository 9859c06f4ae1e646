using System.Text.Json;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Server;

/// <summary>The operations of a replay's own home, which remember what had been tried in the original's.</summary>
internal sealed class OperationsOfThen(IOperations own, IReadOnlyList<Experiment> earlier) : IOperations
{
    public async Task<IReadOnlyList<T>> LedgerAsync<T>(
        string ledger,
        string? subject,
        CancellationToken cancellationToken
    )
    {
        var entries = await own.LedgerAsync<T>(ledger, subject, cancellationToken);
        return ledger == Experiment.Ledger && subject is null ? [.. earlier.Cast<T>(), .. entries] : entries;
    }

    public Task<StartResult> StartAsync<TOrder>(StartRequest<TOrder> request, CancellationToken cancellationToken) =>
        own.StartAsync(request, cancellationToken);

    public Task<Operation?> FindAsync(string id, CancellationToken cancellationToken) =>
        own.FindAsync(id, cancellationToken);

    public Task<OperationPage> ListAsync(OperationQuery query, CancellationToken cancellationToken) =>
        own.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<Operation>> ChildrenAsync(string id, CancellationToken cancellationToken) =>
        own.ChildrenAsync(id, cancellationToken);

    public Task<CancelResult> CancelAsync(string id, string? reason, CancellationToken cancellationToken) =>
        own.CancelAsync(id, reason, cancellationToken);

    public Task<Operation> WaitAsync(string id, CancellationToken cancellationToken) =>
        own.WaitAsync(id, cancellationToken);

    public IAsyncEnumerable<OperationEvent> WatchAsync(string id, long after, CancellationToken cancellationToken) =>
        own.WatchAsync(id, after, cancellationToken);

    public Task<IReadOnlyList<OperationEvent>> HistoryAsync(string id, CancellationToken cancellationToken) =>
        own.HistoryAsync(id, cancellationToken);

    public Task<T?> RecordedAsync<T>(string id, string name, CancellationToken cancellationToken) =>
        own.RecordedAsync<T>(id, name, cancellationToken);

    public Task<StartResult?> StartedUnderAsync(StartKey key, CancellationToken cancellationToken) =>
        own.StartedUnderAsync(key, cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> RecordsAsync(
        string id,
        CancellationToken cancellationToken
    ) => own.RecordsAsync(id, cancellationToken);

    public Task<string?> TakenNameAsync(string id, string scope, CancellationToken cancellationToken) =>
        own.TakenNameAsync(id, scope, cancellationToken);

    public Task<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellationToken) =>
        own.NodesAsync(cancellationToken);

    public Task<Balance> BalanceAsync(Money? dailyLimit, CancellationToken cancellationToken) =>
        own.BalanceAsync(dailyLimit, cancellationToken);

    public Task<IReadOnlyList<Payment>> PaymentsAsync(
        DateOnly? day,
        string? rootId,
        CancellationToken cancellationToken
    ) => own.PaymentsAsync(day, rootId, cancellationToken);
}
