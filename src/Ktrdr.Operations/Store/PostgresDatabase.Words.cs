using System.Globalization;

namespace Ktrdr.Operations;

/// <summary>What PostgreSQL says in words of its own.</summary>
internal sealed partial class PostgresDatabase
{
    /// <inheritdoc/>
    public override string Clock(double secondsAgo = 0) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            to_char((clock_timestamp() - make_interval(secs => {secondsAgo:0.###})) AT TIME ZONE 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS.US"0Z"')
            """
        );

    /// <inheritdoc/>
    public override string Field(string column, string name) => $"({column}::json ->> {name})";

    /// <inheritdoc/>
    public override string Bytes =>
        """
            (SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS BIGINT) FROM pg_class
            WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()))
            """;
}
