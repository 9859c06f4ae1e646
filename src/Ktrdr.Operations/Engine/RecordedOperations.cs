using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ktrdr.Operations;

/// <summary>Everything about operations that needs no engine: looking.</summary>
internal abstract class RecordedOperations(
    OperationStore store,
    Changes changes,
    Registrations registrations,
    TimeProvider time
) : IOperations
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // A thousand triggers at once ask what is live, and one look answers all who came before it.
    private readonly ConcurrentDictionary<OperationQuery, SharedReading<OperationPage>> _live = new();

    /// <summary>Whether an engine stands behind it.</summary>
    protected abstract bool IsWorking { get; }

    public abstract Task<StartResult> StartAsync<TOrder>(
        StartRequest<TOrder> request,
        CancellationToken cancellationToken
    );

    public abstract Task<CancelResult> CancelAsync(string id, string? reason, CancellationToken cancellationToken);

    public Task<StartResult?> StartedUnderAsync(StartKey key, CancellationToken cancellationToken) =>
        Now(() => store.StartedUnder(key), cancellationToken);

    public Task<Operation?> FindAsync(string id, CancellationToken cancellationToken) =>
        Now(() => store.Find(id), cancellationToken);

    public Task<OperationPage> ListAsync(OperationQuery query, CancellationToken cancellationToken) =>
        query is { Live: true, Counted: false }
            ? _live
                .GetOrAdd(query, which => new SharedReading<OperationPage>(() => store.List(which)))
                .ReadAsync()
                .WaitAsync(cancellationToken)
            : Now(() => store.List(query), cancellationToken);

    public Task<IReadOnlyList<Operation>> ChildrenAsync(string id, CancellationToken cancellationToken) =>
        Now(() => store.Children(id), cancellationToken);

    public Task<IReadOnlyList<OperationEvent>> HistoryAsync(string id, CancellationToken cancellationToken) =>
        Now(() => store.HistoryOfTree(id), cancellationToken);

    public Task<IReadOnlyList<T>> LedgerAsync<T>(string ledger, string? subject, CancellationToken cancellationToken) =>
        Now(() => store.Ledger<T>(registrations.Ledger(ledger), subject), cancellationToken);

    public Task<T?> RecordedAsync<T>(string id, string name, CancellationToken cancellationToken) =>
        Now(
            () => store.Recorded(id, name) is { } recorded ? OperationJson.Read<T>(recorded) : default,
            cancellationToken
        );

    public Task<IReadOnlyDictionary<string, JsonElement>> RecordsAsync(
        string id,
        CancellationToken cancellationToken
    ) => Now(() => store.Records(id), cancellationToken);

    public Task<string?> TakenNameAsync(string id, string scope, CancellationToken cancellationToken) =>
        Now(() => store.TakenName(id, scope), cancellationToken);

    public Task<Balance> BalanceAsync(Money? dailyLimit, CancellationToken cancellationToken) =>
        Now(() => store.Balance(dailyLimit), cancellationToken);

    public Task<IReadOnlyList<Payment>> PaymentsAsync(
        DateOnly? day,
        string? rootId,
        CancellationToken cancellationToken
    ) => Now(() => store.Payments(day, rootId), cancellationToken);

    public Task<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellationToken) =>
        Now(() => store.Nodes(IsWorking), cancellationToken);

    public async Task<Operation> WaitAsync(string id, CancellationToken cancellationToken)
    {
        // Whoever waits for hours looks thousands of times, which no trace should show.
        Activity.Current = null;
        while (true)
        {
            var next = changes.Next(id);
            if ((store.Find(id) ?? throw Unknown(id)) is { IsSettled: true } ended)
            {
                return ended;
            }

            await SleepAsync(next, cancellationToken);
        }
    }

    public async IAsyncEnumerable<OperationEvent> WatchAsync(
        string id,
        long after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (true)
        {
            Activity.Current = null;
            var next = changes.Next(id);
            var (operation, events) = store.History(id, after);
            if (operation is null)
            {
                throw Unknown(id);
            }

            foreach (var happened in events)
            {
                yield return happened;
                after = happened.Number;
            }

            if (operation.IsSettled)
            {
                yield break;
            }

            await SleepAsync(next, cancellationToken);
        }
    }

    private static Task<T> Now<T>(Func<T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(read());
    }

    private static KeyNotFoundException Unknown(string id) => new($"There is no operation '{id}'.");

    /// <summary>Until something changes, and never longer than a second: a signal may be lost, or come from elsewhere.</summary>
    private async Task SleepAsync(Task next, CancellationToken cancellationToken)
    {
        await next.WaitAsync(LookAgain, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Operations with an engine behind them.</summary>
internal sealed class LiveOperations(
    OperationStore store,
    Changes changes,
    Registrations registrations,
    TimeProvider time,
    NewOperations news,
    Engine engine
) : RecordedOperations(store, changes, registrations, time)
{
    private readonly OperationStore _store = store;

    protected override bool IsWorking => true;

    public override async Task<StartResult> StartAsync<TOrder>(
        StartRequest<TOrder> request,
        CancellationToken cancellationToken
    )
    {
        var result = await _store.StartAsync(() => news.Root(request), request.DailyLimit, cancellationToken);
        if (result is StartResult.Started(var operation))
        {
            await engine.ScheduleAsync(operation, CancellationToken.None);
        }

        return result;
    }

    public override Task<CancelResult> CancelAsync(string id, string? reason, CancellationToken cancellationToken) =>
        engine.CancelAsync(id, reason, cancellationToken);
}

/// <summary>The records of a home where nothing runs.</summary>
internal sealed class StoppedOperations(
    OperationStore store,
    Changes changes,
    Registrations registrations,
    TimeProvider time
) : RecordedOperations(store, changes, registrations, time)
{
    protected override bool IsWorking => false;

    public override Task<StartResult> StartAsync<TOrder>(
        StartRequest<TOrder> request,
        CancellationToken cancellationToken
    ) => throw ReadOnly("started");

    public override Task<CancelResult> CancelAsync(string id, string? reason, CancellationToken cancellationToken) =>
        throw ReadOnly("cancelled");

    private static InvalidOperationException ReadOnly(string what) =>
        new($"The records are open for reading only, so nothing can be {what} here; ask a server of this home.");
}
