using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Ktrdr.Operations;

/// <summary>A type of operation and who does it, with its orders and results still in their JSON.</summary>
/// <param name="Type">What kind of work.</param>
/// <param name="Role">Whose places it takes.</param>
/// <param name="FailureCode">The code of a failure that names none itself.</param>
/// <param name="Span">What a trace calls it.</param>
internal abstract record WorkerRegistration(string Type, string Role, string FailureCode, string Span)
{
    /// <summary>Whether results leave something under a public name.</summary>
    public abstract bool Publishes { get; }

    public abstract Task<string> RunAsync(
        IServiceProvider services,
        Operation operation,
        IWorkContext work,
        CancellationToken cancellationToken
    );

    public abstract Task PublishAsync(
        IServiceProvider services,
        Operation operation,
        CancellationToken cancellationToken
    );
}

internal sealed record WorkerRegistration<TWorker, TOrder, TResult>(
    string Type,
    string Role,
    string FailureCode,
    string Span
) : WorkerRegistration(Type, Role, FailureCode, Span)
    where TWorker : class, IWorker<TOrder, TResult>
{
    public override bool Publishes => typeof(TWorker).IsAssignableTo(typeof(IPublisher<TOrder, TResult>));

    public override async Task<string> RunAsync(
        IServiceProvider services,
        Operation operation,
        IWorkContext work,
        CancellationToken cancellationToken
    )
    {
        var worker = services.GetRequiredService<TWorker>();
        return OperationJson.Write(await worker.RunAsync(Order(operation), work, cancellationToken));
    }

    public override async Task PublishAsync(
        IServiceProvider services,
        Operation operation,
        CancellationToken cancellationToken
    )
    {
        var publisher = (IPublisher<TOrder, TResult>)services.GetRequiredService<TWorker>();
        var result = operation.Result!.Value.Deserialize<TResult>(OperationJson.Options)!;
        await publisher.PublishAsync(Order(operation), result, cancellationToken);
    }

    private static TOrder Order(Operation operation) => operation.Order.Deserialize<TOrder>(OperationJson.Options)!;
}

/// <summary>The name of an append-only ledger.</summary>
internal sealed record LedgerRegistration(string Name);

/// <summary>Every type of work and every ledger this program knows.</summary>
internal sealed class Registrations(IEnumerable<WorkerRegistration> workers, IEnumerable<LedgerRegistration> ledgers)
{
    private readonly Dictionary<string, WorkerRegistration> _workers = workers.ToDictionary(worker => worker.Type);
    private readonly HashSet<string> _ledgers = [.. ledgers.Select(ledger => ledger.Name)];

    public IReadOnlyCollection<string> Ledgers => _ledgers;

    public IReadOnlyList<string> Roles => [.. _workers.Values.Select(worker => worker.Role).Distinct()];

    public WorkerRegistration? Find(string type) => _workers.GetValueOrDefault(type);

    public WorkerRegistration Get(string type) =>
        Find(type)
        ?? throw new InvalidOperationException(
            $"No worker is registered for operations of type '{type}'; there are {string.Join(", ", _workers.Keys.Order())}."
        );

    /// <summary>The ledger's name, which becomes part of a statement and so must be one we were given at the start.</summary>
    public string Ledger(string name) =>
        _ledgers.Contains(name)
            ? name
            : throw new InvalidOperationException($"No ledger is registered under the name '{name}'.");
}
