using System.Diagnostics;
using Npgsql;

namespace Ktrdr.Measures;

/// <summary>What a PostgreSQL server has counted so far.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Transactions">Ended transactions of the database. Each connection counts its own up to a second late.</param>
/// <param name="Writes">Transactions that wrote or told something: only those are given a number.</param>
/// <param name="LogBytes">Bytes of the write-ahead log.</param>
/// <param name="Connections">Connections of the program's now.</param>
internal sealed record Counters(long At, long Transactions, long Writes, long LogBytes, int Connections)
{
    /// <summary>Asks a server.</summary>
    /// <param name="connection">What connects to it.</param>
    public static Counters Of(string connection)
    {
        using var open = new NpgsqlConnection(connection);
        open.Open();
        using var command = open.CreateCommand();
        command.CommandText = """
            SELECT xact_commit + xact_rollback, pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,
                (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ktrdr')::int
            FROM pg_stat_database WHERE datname = current_database()
            """;
        using var rows = command.ExecuteReader();
        rows.Read();
        return new Counters(
            Stopwatch.GetTimestamp(),
            rows.GetInt64(0),
            rows.GetInt64(1),
            rows.GetInt64(2),
            rows.GetInt32(3)
        );
    }

    /// <summary>What came in each second since an earlier moment.</summary>
    public Rates Since(Counters earlier)
    {
        var seconds = Stopwatch.GetElapsedTime(earlier.At, At).TotalSeconds;
        return new Rates(
            (Transactions - earlier.Transactions) / seconds,
            (Writes - earlier.Writes) / seconds,
            (LogBytes - earlier.LogBytes) / seconds
        );
    }
}

/// <summary>What a database is asked to do in a second.</summary>
internal readonly record struct Rates(double Transactions, double Writes, double LogBytes)
{
    /// <summary>What each of so many adds to what there was without them.</summary>
    public Rates Each(int count, Rates without) =>
        new(
            (Transactions - without.Transactions) / count,
            (Writes - without.Writes) / count,
            (LogBytes - without.LogBytes) / count
        );

    public override string ToString() =>
        $"{Transactions:0.0} transactions/s, {Writes:0.0} of them writing, {LogBytes / 1024:0.0} KB/s of log";
}
