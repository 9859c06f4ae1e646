using System.Data.Common;

namespace Ktrdr.Operations;

/// <summary>The keys that starts were asked for under. A key is a name taken for good, with what was asked recorded beside it.</summary>
internal sealed partial class OperationStore
{
    private const string KeyScope = "idempotency_key";

    /// <summary>What was started under a key, or null when it is new.</summary>
    public StartResult? StartedUnder(StartKey key) =>
        database.Read(connection => StartedUnder(connection, key), missing: null);

    private static StartResult? StartedUnder(DbConnection connection, StartKey key)
    {
        var earlier = Select(
                connection,
                "WHERE id = (SELECT operation_id FROM names WHERE scope = @scope AND name = @name)",
                ("@scope", KeyScope),
                ("@name", key.Key)
            )
            .SingleOrDefault();
        return earlier is null ? null
            : Recorded(connection, earlier.Id, KeyScope) == OperationJson.Write(key.Fingerprint)
                ? new StartResult.Repeated(earlier)
            : new StartResult.KeyReused(earlier);
    }

    private static StartResult.Started Started(Transaction change, NewOperation operation)
    {
        if (operation.Key is { } key)
        {
            change.Connection.Execute(
                "INSERT INTO names (scope, name, operation_id) VALUES (@scope, @name, @id)",
                ("@scope", KeyScope),
                ("@name", key.Key),
                ("@id", operation.Id)
            );
            change.Connection.Execute(
                "INSERT INTO records (operation_id, name, body) VALUES (@id, @name, @body)",
                ("@id", operation.Id),
                ("@name", KeyScope),
                ("@body", OperationJson.Write(key.Fingerprint))
            );
        }

        return new StartResult.Started(change.Find(operation.Id)!);
    }
}
