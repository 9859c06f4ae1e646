using System.Text.Json;

namespace Ktrdr.Operations;

/// <summary>Everything an outsider may do with operations: start, watch, cancel.</summary>
public interface IOperations
{
    /// <summary>Records an operation and schedules it.</summary>
    /// <returns>The operation, or what was in its way: a key that was used before a taken slot, and that before an exhausted
    /// budget.</returns>
    Task<StartResult> StartAsync<TOrder>(StartRequest<TOrder> request, CancellationToken cancellationToken);

    /// <summary>What was started under a key: <see cref="StartResult.Repeated"/> or <see cref="StartResult.KeyReused"/>; null
    /// when the key is new.</summary>
    Task<StartResult?> StartedUnderAsync(StartKey key, CancellationToken cancellationToken);

    /// <summary>One operation, or null.</summary>
    Task<Operation?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Operations, newest first, with the counts of all that match.</summary>
    Task<OperationPage> ListAsync(OperationQuery query, CancellationToken cancellationToken);

    /// <summary>The children of an operation, oldest first.</summary>
    Task<IReadOnlyList<Operation>> ChildrenAsync(string id, CancellationToken cancellationToken);

    /// <summary>Asks an operation and everything below it to stop: recorded first, signalled second.</summary>
    Task<CancelResult> CancelAsync(string id, string? reason, CancellationToken cancellationToken);

    /// <summary>Waits until an operation has ended.</summary>
    /// <exception cref="KeyNotFoundException">There is no such operation.</exception>
    Task<Operation> WaitAsync(string id, CancellationToken cancellationToken);

    /// <summary>The history of an operation after an event number, then what follows as it happens, until it has ended.</summary>
    /// <param name="id">Whose history.</param>
    /// <param name="after">0 for the whole history.</param>
    /// <param name="cancellationToken">Stops watching.</param>
    IAsyncEnumerable<OperationEvent> WatchAsync(string id, long after, CancellationToken cancellationToken);

    /// <summary>What happened so far to an operation and to everything below it, without the many lines of its progress and of its
    /// facts: those of the operation first, then those of what it asked for, each oldest first. Empty when there is none.</summary>
    Task<IReadOnlyList<OperationEvent>> HistoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>Entries of a ledger about a subject (all when null), oldest first.</summary>
    Task<IReadOnlyList<T>> LedgerAsync<T>(string ledger, string? subject, CancellationToken cancellationToken);

    /// <summary>What <see cref="IWorkContext.OnceAsync{T}"/> recorded for an operation under a name, or default.</summary>
    Task<T?> RecordedAsync<T>(string id, string name, CancellationToken cancellationToken);

    /// <summary>Everything that was recorded for an operation, by name; empty when there is nothing.</summary>
    Task<IReadOnlyDictionary<string, JsonElement>> RecordsAsync(string id, CancellationToken cancellationToken);

    /// <summary>The name an operation took in a scope (<see cref="IWorkContext.TakeNameAsync"/>), or null.</summary>
    Task<string?> TakenNameAsync(string id, string scope, CancellationToken cancellationToken);

    /// <summary>How the day stands against a limit (null for none).</summary>
    Task<Balance> BalanceAsync(Money? dailyLimit, CancellationToken cancellationToken);

    /// <summary>Who works on operations now, oldest first.</summary>
    Task<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellationToken);

    /// <summary>Purchases, newest first: of one day, of one tree, or all when both are null.</summary>
    Task<IReadOnlyList<Payment>> PaymentsAsync(DateOnly? day, string? rootId, CancellationToken cancellationToken);
}

/// <summary>An operation to be started.</summary>
public sealed record StartRequest<TOrder>
{
    /// <summary>What kind of work.</summary>
    public required string Type { get; init; }

    /// <summary>What is ordered.</summary>
    public required TOrder Order { get; init; }

    /// <summary>What it needs a place of while live, or null for work without a limit.</summary>
    public string? Slot { get; init; }

    /// <summary>How many live operations may have a place of the slot at once, 1 or more. Default 1.</summary>
    public int Places { get; init; } = 1;

    /// <summary>The seed that decides it, or null.</summary>
    public int? Seed { get; init; }

    /// <summary>The key it is asked for under, or null. However often it is asked for under one key, it starts once.</summary>
    public StartKey? Key { get; init; }

    /// <summary>Money to hold back for it while it lives; zero for work that costs nothing, which is never refused.</summary>
    public Money Hold { get; init; }

    /// <summary>The most that may be spent in a day, which the hold must keep; null for no limit.</summary>
    public Money? DailyLimit { get; init; }

    /// <summary>The ended operation that it goes on from, or null to begin anew.</summary>
    /// <remarks>Children of that one which completed answer as they did there, where they are asked for the very same; values it
    /// recorded and names it took are there from the start. The old record stays as it is.</remarks>
    public string? Resumes { get; init; }

    /// <summary>Facts to record from the first moment.</summary>
    public IReadOnlyDictionary<string, object?> Metadata { get; init; } = new Dictionary<string, object?>();
}

/// <summary>What whoever asks calls a start, so as to ask again without starting twice. Kept with the operation, for good.</summary>
/// <param name="Key">The asker's own, never used for anything else.</param>
/// <param name="Fingerprint">What was asked for, in short: the same key stands for the same wish.</param>
public sealed record StartKey(string Key, string Fingerprint);

/// <summary>What came of asking for a start.</summary>
public abstract record StartResult
{
    private StartResult() { }

    /// <summary>It is recorded and scheduled.</summary>
    /// <param name="Operation">The new operation.</param>
    public sealed record Started(Operation Operation) : StartResult;

    /// <summary>It was started before under the same key; nothing was recorded now.</summary>
    /// <param name="Operation">That operation, wherever it stands.</param>
    public sealed record Repeated(Operation Operation) : StartResult;

    /// <summary>Something else was started before under the same key; nothing was recorded now.</summary>
    /// <param name="Operation">What the key stands for.</param>
    public sealed record KeyReused(Operation Operation) : StartResult;

    /// <summary>Every place of the slot is taken; nothing was recorded.</summary>
    /// <param name="Holder">The newest live operation that has one.</param>
    public sealed record Taken(Operation Holder) : StartResult;

    /// <summary>The day's limit leaves less than the hold; nothing was recorded.</summary>
    /// <param name="Balance">How the day stands.</param>
    public sealed record Exhausted(Balance Balance) : StartResult;
}

/// <summary>What came of asking for a stop.</summary>
public enum CancelOutcome
{
    /// <summary>Recorded; what runs will notice.</summary>
    Requested,

    /// <summary>There is no such operation.</summary>
    Unknown,

    /// <summary>It had ended already.</summary>
    Finished,
}

/// <summary>What came of asking for a stop.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Operation">The operation as it is now, or null when unknown.</param>
/// <param name="Cancelled">Ids in its tree that were asked to stop.</param>
public sealed record CancelResult(CancelOutcome Outcome, Operation? Operation, IReadOnlyList<string> Cancelled);

/// <summary>Which operations to list.</summary>
public sealed record OperationQuery
{
    /// <summary>Only this type, or null for all.</summary>
    public string? Type { get; init; }

    /// <summary>Only this status, or null for all.</summary>
    public OperationStatus? Status { get; init; }

    /// <summary>Only those that have not ended. Default false.</summary>
    public bool Live { get; init; }

    /// <summary>Whether to say how many there are, which takes the longer the more there are. Default true.</summary>
    public bool Counted { get; init; } = true;

    /// <summary>At most so many, 1 to 1,000. Default 10.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>How many of the newest to pass over. Default 0.</summary>
    public int Offset { get; init; }
}

/// <summary>Some operations of many.</summary>
/// <param name="Operations">The page, newest first.</param>
/// <param name="Total">How many match; 0 where that was not asked.</param>
/// <param name="Active">How many of those have not ended; 0 where that was not asked.</param>
public sealed record OperationPage(IReadOnlyList<Operation> Operations, int Total, int Active);
