using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>What one attempt may do: everything it writes goes under its number.</summary>
internal sealed class WorkContext(
    Operation operation,
    RunningAttempt attempt,
    OperationStore store,
    NewOperations news,
    ChildWait waiting,
    Registrations registrations,
    ProgressReports reports,
    IReplay? replay,
    Func<Func<Task>, Task> untilWritten
) : IWorkContext
{
    public string OperationId => operation.Id;

    public string RootId => operation.RootId;

    public int Attempt => operation.Attempt;

    public string? Resumes => operation.Resumes;

    public void Report(double percentage, string step, IReadOnlyDictionary<string, object?>? context = null) =>
        reports.Add(percentage, step, context);

    public Task SetMetadataAsync(IReadOnlyDictionary<string, object?> facts, CancellationToken cancellationToken) =>
        store.SetMetadataAsync(OperationId, Attempt, OperationJson.Facts(facts), cancellationToken);

    public async Task<TResult> ChildAsync<TOrder, TResult>(
        ChildRequest<TOrder> child,
        Func<string, CancellationToken, Task>? started,
        Action<Operation>? progressed,
        CancellationToken cancellationToken
    )
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellationToken);
        var asked = news.Child(operation, child);
        var earlier = Earlier(asked);
        if (earlier is { Status: OperationStatus.Completed })
        {
            return OperationJson.Read<TResult>(earlier.Result!.Value.GetRawText());
        }

        var recorded =
            await store.ChildAsync(OperationId, Attempt, asked.After(earlier?.Id), both.Token)
            ?? throw new OperationCanceledException(
                $"{OperationId} was asked to stop before its child '{child.Name}'."
            );
        if (!recorded.IsTerminal && started is not null)
        {
            await started(recorded.Id, both.Token);
        }

        var ended = await waiting.UntilSettledAsync(operation, attempt, recorded, progressed, both.Token);
        switch (ended.Status)
        {
            case OperationStatus.Completed:
                return OperationJson.Read<TResult>(ended.Result!.Value.GetRawText());
            case OperationStatus.Failed:
                throw new ChildFailedException(ended);
            default:
                attempt.CancelledChild = ended;
                throw new OperationCanceledException($"The child '{ended.Name}' ({ended.Id}) was cancelled.");
        }
    }

    public async Task<T> OnceAsync<T>(
        string name,
        Func<CancellationToken, Task<T>> make,
        CancellationToken cancellationToken
    )
    {
        var recorded = store.Recorded(OperationId, name);
        if (recorded is null)
        {
            var made = Replayed(name) ?? OperationJson.Write(await make(cancellationToken));
            recorded = await store.RecordAsync(OperationId, Attempt, name, made, cancellationToken);
        }

        return OperationJson.Read<T>(recorded);
    }

    public T? Recorded<T>(string name)
    {
        var recorded = store.Recorded(OperationId, name);
        if (recorded is null && Replayed(name) is { } earlier)
        {
            // Reading has no token and needs none; only a replay, which nobody shares, ever writes here.
            recorded = store
                .RecordAsync(OperationId, Attempt, name, earlier, CancellationToken.None)
                .GetAwaiter()
                .GetResult();
        }

        return recorded is null ? default : OperationJson.Read<T>(recorded);
    }

    public Task<Allowance> ReserveAsync(Purchase purchase, CancellationToken cancellationToken) =>
        store.ReserveAsync(OperationId, Attempt, purchase, cancellationToken);

    public Task SettleAsync<T>(
        string key,
        Money cost,
        JsonObject usage,
        string record,
        T bought,
        CancellationToken cancellationToken
    ) =>
        untilWritten(() =>
            store.SettleAsync(
                OperationId,
                Attempt,
                new Receipt(key, cost, usage),
                (record, OperationJson.Write(bought)),
                cancellationToken
            )
        );

    public Task WriteOffAsync(string key, Money? cost, JsonObject usage, CancellationToken cancellationToken) =>
        untilWritten(() =>
            store.SettleAsync(OperationId, Attempt, new Receipt(key, cost, usage), record: null, cancellationToken)
        );

    public Task<string> TakeNameAsync(
        string scope,
        IEnumerable<string> candidates,
        CancellationToken cancellationToken
    ) =>
        store.TakeNameAsync(
            OperationId,
            Attempt,
            scope,
            replay?.Name(operation.Name, scope) is { } earlier ? candidates.Prepend(earlier) : candidates,
            cancellationToken
        );

    public Task AppendAsync<T>(
        string ledger,
        string key,
        string subject,
        T entry,
        CancellationToken cancellationToken
    ) =>
        store.AppendAsync(
            OperationId,
            Attempt,
            registrations.Ledger(ledger),
            (key, subject, OperationJson.Write(entry)),
            cancellationToken
        );

    /// <summary>The same child of the operation this one goes on from, or of one that that one went on from.</summary>
    private Operation? Earlier(NewOperation asked)
    {
        for (var from = Resumes; from is not null; from = store.Find(from)?.Resumes)
        {
            if (store.Children(from).FirstOrDefault(child => child.Name == asked.Name) is { } found)
            {
                return IsTheSame(found, asked) ? found : null;
            }
        }

        return null;
    }

    private static bool IsTheSame(Operation earlier, NewOperation asked) =>
        earlier.Type == asked.Type
        && earlier.Seed == asked.Seed
        && JsonElement.DeepEquals(earlier.Order, StoredOperation.Element(asked.Order));

    private string? Replayed(string name) => replay?.Record(operation.Name, name);
}
