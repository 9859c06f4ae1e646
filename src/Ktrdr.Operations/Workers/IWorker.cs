using System.Text.Json.Nodes;

namespace Ktrdr.Operations;

/// <summary>One kind of durable work. The engine owns attempts, records and cancellation; the worker owns the work.</summary>
/// <remarks>Runs at least once: after a crash the same order is run again from the top. Throw to fail (an
/// <see cref="OperationFailedException"/> to choose code and words); let cancellation pass through.</remarks>
public interface IWorker<in TOrder, TResult>
{
    /// <summary>Does the work once.</summary>
    Task<TResult> RunAsync(TOrder order, IWorkContext work, CancellationToken cancellationToken);
}

/// <summary>Work that leaves something under a public name.</summary>
/// <remarks>Called after the result was recorded, and again at the next start if the process died in between, so it must
/// bear repetition. A stale attempt's result is never recorded and so never published.</remarks>
public interface IPublisher<in TOrder, in TResult>
{
    /// <summary>Makes what the result names appear under its public name: whole or not at all.</summary>
    Task PublishAsync(TOrder order, TResult result, CancellationToken cancellationToken);
}

/// <summary>What the engine lends a worker for one attempt. Every write through it is refused once the attempt is stale.</summary>
public interface IWorkContext
{
    /// <summary>The operation that is being worked on.</summary>
    string OperationId { get; }

    /// <summary>The topmost operation of its tree.</summary>
    string RootId { get; }

    /// <summary>Which attempt this is, from 1.</summary>
    int Attempt { get; }

    /// <summary>The ended operation that this one goes on from, or null. What it recorded and the names it took are this one's
    /// already.</summary>
    string? Resumes { get; }

    /// <summary>Says how far the work has come. Cheap: what is written is thinned out, the last one always is.</summary>
    /// <param name="percentage">0 to 100.</param>
    /// <param name="step">A few words for a person.</param>
    /// <param name="context">Numbers and names worth showing, or null to keep the last.</param>
    void Report(double percentage, string step, IReadOnlyDictionary<string, object?>? context = null);

    /// <summary>Records facts about the operation, now and durably; a null removes one.</summary>
    Task SetMetadataAsync(IReadOnlyDictionary<string, object?> facts, CancellationToken cancellationToken);

    /// <summary>Asks for a named child and waits for its result.</summary>
    /// <remarks>A child is recorded once under its name: after a crash the finished one answers from the record and the
    /// live one is waited for. A child that completed for the operation this one goes on from answers as it did there, if it was
    /// asked for the very same; <paramref name="started"/> is then not called. <paramref name="started"/> is awaited after the child is recorded and before it may run.</remarks>
    /// <exception cref="ChildFailedException">The child failed.</exception>
    /// <exception cref="OperationCanceledException">The child was cancelled, or this operation was.</exception>
    Task<TResult> ChildAsync<TOrder, TResult>(
        ChildRequest<TOrder> child,
        Func<string, CancellationToken, Task>? started,
        Action<Operation>? progressed,
        CancellationToken cancellationToken
    );

    /// <summary>Makes a value once for this operation: the first attempt's value is recorded, later attempts read it.</summary>
    Task<T> OnceAsync<T>(string name, Func<CancellationToken, Task<T>> make, CancellationToken cancellationToken);

    /// <summary>What <see cref="OnceAsync{T}"/> or <see cref="SettleAsync{T}"/> recorded under a name, or default.</summary>
    T? Recorded<T>(string name);

    /// <summary>Holds money back for a purchase, in one transaction with the check of its limits.</summary>
    /// <remarks>What earlier attempts of this operation held back and never settled is charged in full first. A key that
    /// this attempt has already reserved is an error.</remarks>
    Task<Allowance> ReserveAsync(Purchase purchase, CancellationToken cancellationToken);

    /// <summary>Charges what a purchase really cost, releases the rest, and keeps what was bought under a name, all in one
    /// transaction.</summary>
    /// <param name="key">The purchase's key.</param>
    /// <param name="cost">What it cost; more than was held back is charged too, and logged.</param>
    /// <param name="usage">What was used, as the seller said; flat.</param>
    /// <param name="record">The name to keep <paramref name="bought"/> under.</param>
    /// <param name="bought">What was bought.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    Task SettleAsync<T>(
        string key,
        Money cost,
        JsonObject usage,
        string record,
        T bought,
        CancellationToken cancellationToken
    );

    /// <summary>Charges a purchase that brought nothing: what it cost, or the whole reservation when nobody knows (null).</summary>
    Task WriteOffAsync(string key, Money? cost, JsonObject usage, CancellationToken cancellationToken);

    /// <summary>Takes the first of some names that nobody has taken in a scope, or the one this operation took before.</summary>
    /// <param name="scope">What kind of name, such as <c>strategy</c>.</param>
    /// <param name="candidates">Names in order of preference; may be endless.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    Task<string> TakeNameAsync(string scope, IEnumerable<string> candidates, CancellationToken cancellationToken);

    /// <summary>Appends one entry to a ledger. An entry whose key is already there is left as it is.</summary>
    /// <param name="ledger">Name of a registered ledger.</param>
    /// <param name="key">What makes the entry unique.</param>
    /// <param name="subject">What it is about, to be asked for by.</param>
    /// <param name="entry">The entry; serialised as JSON.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    Task AppendAsync<T>(string ledger, string key, string subject, T entry, CancellationToken cancellationToken);
}

/// <summary>A child that a parent asks for.</summary>
/// <param name="Name">Its name among the parent's children; recorded once.</param>
/// <param name="Type">What kind of work.</param>
/// <param name="Order">What is ordered.</param>
/// <param name="Seed">The seed that decides it, or null.</param>
public sealed record ChildRequest<TOrder>(string Name, string Type, TOrder Order, int? Seed);

/// <summary>Ends an operation FAILED with a code, a sentence and a next step of the worker's choosing.</summary>
public class OperationFailedException(OperationError error, Exception? inner = null) : Exception(error.Message, inner)
{
    /// <summary>What will be recorded.</summary>
    public OperationError Error { get; } = error;
}

/// <summary>A child that a worker waited for has failed.</summary>
public sealed class ChildFailedException(Operation child)
    : Exception($"{child.Name} failed: {child.Error?.Message ?? "no reason was recorded"}")
{
    /// <summary>The child as it ended.</summary>
    public Operation Child { get; } = child;
}
