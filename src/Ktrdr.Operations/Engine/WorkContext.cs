namespace Ktrdr.Operations;

/// <summary>What one attempt may do: everything it writes goes under its number.</summary>
internal sealed class WorkContext(
    Operation operation,
    RunningAttempt attempt,
    OperationStore store,
    NewOperations news,
    ChildWait waiting,
    Registrations registrations,
    ProgressReports reports
) : IWorkContext
{
    public string OperationId => operation.Id;

    public string RootId => operation.RootId;

    public int Attempt => operation.Attempt;

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
        var recorded =
            await store.ChildAsync(OperationId, Attempt, news.Child(operation, child), both.Token)
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
            var made = OperationJson.Write(await make(cancellationToken));
            recorded = await store.RecordAsync(OperationId, Attempt, name, made, cancellationToken);
        }

        return OperationJson.Read<T>(recorded);
    }

    public T? Recorded<T>(string name) => throw new NotImplementedException();

    public Task<Allowance> ReserveAsync(Purchase purchase, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public Task SettleAsync<T>(
        string key,
        Money cost,
        System.Text.Json.Nodes.JsonObject usage,
        string record,
        T bought,
        CancellationToken cancellationToken
    ) => throw new NotImplementedException();

    public Task WriteOffAsync(
        string key,
        Money? cost,
        System.Text.Json.Nodes.JsonObject usage,
        CancellationToken cancellationToken
    ) => throw new NotImplementedException();

    public Task<string> TakeNameAsync(
        string scope,
        IEnumerable<string> candidates,
        CancellationToken cancellationToken
    ) => store.TakeNameAsync(OperationId, Attempt, scope, candidates, cancellationToken);

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
}
