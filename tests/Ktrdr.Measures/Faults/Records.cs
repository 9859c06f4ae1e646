using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Ktrdr.Research;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ktrdr.Measures;

/// <summary>Everything that the records of a home hold at one moment, read by plain SQL and by nothing of the product's.</summary>
internal sealed class Records
{
    private Records(Func<string, IReadOnlyList<Row>> table)
    {
        Operations = table("operations");
        Events = table("events").OrderBy(line => line.Number("number")).ToLookup(line => line["operation_id"]);
        Names = table("names");
        Holds = table("holds");
        Purchases = table("purchases");
        Settlements = table("settlements");
        Trials = table($"ledger_{Trial.Ledger}");
        Experiments = table($"ledger_{Experiment.Ledger}");
    }

    public IReadOnlyList<Row> Operations { get; }

    /// <summary>The history of each operation, in order.</summary>
    public ILookup<string, Row> Events { get; }

    public IReadOnlyList<Row> Names { get; }

    public IReadOnlyList<Row> Holds { get; }

    public IReadOnlyList<Row> Purchases { get; }

    public IReadOnlyList<Row> Settlements { get; }

    public IReadOnlyList<Row> Trials { get; }

    public IReadOnlyList<Row> Experiments { get; }

    /// <summary>The SQLite database of a home, which is only looked at; a home without one holds nothing.</summary>
    public static Records OfHome(string home)
    {
        var file = Path.Combine(home, "ktrdr.db");
        if (!File.Exists(file))
        {
            return new Records(_ => []);
        }

        var how = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(how.ToString());
        connection.Open();
        return Of(connection, begin: "BEGIN");
    }

    /// <summary>What a PostgreSQL server holds.</summary>
    /// <param name="connection">What connects to it.</param>
    public static Records OfServer(string connection)
    {
        using var open = new NpgsqlConnection(connection);
        open.Open();
        return Of(open, begin: "BEGIN ISOLATION LEVEL REPEATABLE READ");
    }

    /// <summary>The records behind an open connection to any store.</summary>
    /// <param name="connection">Where they are.</param>
    /// <param name="begin">What begins a transaction there that sees one moment.</param>
    public static Records Of(DbConnection connection, string begin)
    {
        Execute(connection, begin);
        var records = new Records(table => Table(connection, table));
        Execute(connection, "COMMIT");
        return records;
    }

    private static void Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<Row> Table(DbConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {name}";
        using var rows = command.ExecuteReader();
        var found = new List<Row>();
        while (rows.Read())
        {
            found.Add(
                new Row(
                    Enumerable
                        .Range(0, rows.FieldCount)
                        .ToDictionary(
                            rows.GetName,
                            column =>
                                rows.IsDBNull(column)
                                    ? null
                                    : Convert.ToString(rows.GetValue(column), CultureInfo.InvariantCulture),
                            StringComparer.Ordinal
                        )
                )
            );
        }

        return found;
    }
}

/// <summary>One row, every value as text.</summary>
internal sealed class Row(IReadOnlyDictionary<string, string?> values)
{
    /// <summary>A value as text; empty where the row has none.</summary>
    public string this[string column] => values[column] ?? "";

    public bool Has(string column) => values[column] is not null;

    public long Number(string column) => long.Parse(this[column], CultureInfo.InvariantCulture);

    public JsonObject Json(string column) => JsonNode.Parse(this[column])!.AsObject();

    /// <summary>The columns in which another row differs.</summary>
    public IEnumerable<string> Differences(Row other) =>
        values.Keys.Where(column => !string.Equals(this[column], other[column], StringComparison.Ordinal));
}
