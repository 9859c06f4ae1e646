using Microsoft.Extensions.Logging.Abstractions;

namespace Ktrdr.Operations;

/// <summary>The operations of a home that nothing works on, opened for a look without a container and its cost at start.</summary>
/// <remarks>A home without a database is an empty one. It knows no ledgers; <see cref="OperationsServices.AddOperationsReader"/>
/// does.</remarks>
public sealed class OperationsReader : IDisposable
{
    private readonly Database _database;

    /// <summary>Opens the records, or an empty history where there are none.</summary>
    /// <param name="configure">Says where they lie.</param>
    public OperationsReader(Action<OperationsOptions> configure)
    {
        var options = new OperationsOptions();
        configure(options);
        _database = Database.OpenToRead(options);
        var changes = new Changes();
        var store = new OperationStore(_database, changes, TimeProvider.System, NullLogger<OperationStore>.Instance);
        Operations = new StoppedOperations(store, changes, new Registrations([], []), TimeProvider.System);
    }

    /// <summary>The operations; nothing can be started or cancelled.</summary>
    public IOperations Operations { get; }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();
}
