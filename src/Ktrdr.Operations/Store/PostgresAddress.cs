using System.Globalization;
using Npgsql;

namespace Ktrdr.Operations;

/// <summary>A PostgreSQL database, as <c>postgres://user:password@host:port/database?schema=…&amp;sslmode=…</c> names it.</summary>
/// <param name="Name">The same without the password, for messages.</param>
/// <param name="Connection">What connects to it.</param>
internal sealed record PostgresAddress(string Name, string Connection)
{
    private const int DefaultPort = 5432;

    /// <summary>Understands an address.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong and never shows the password.</exception>
    public static PostgresAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new FormatException(
                "It is not an address such as postgres://user:password@host:5432/database. "
                    + "Characters such as '@', '/' or '#' in a password are written as %40, %2F and %23."
            );
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        var (user, password) = uri.UserInfo.Split(':', 2) switch
        {
            [var one, var two] => (Uri.UnescapeDataString(one), Uri.UnescapeDataString(two)),
            [var one] => (Uri.UnescapeDataString(one), ""),
            _ => ("", ""),
        };
        if (uri.Host.Length == 0 || database.Length == 0 || user.Length == 0)
        {
            throw new FormatException(
                "It names no user, no host or no database: postgres://user:password@host:5432/database."
            );
        }

        var port = uri.IsDefaultPort || uri.Port <= 0 ? DefaultPort : uri.Port;
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = port,
            Database = database,
            Username = user,
            Password = password.Length == 0 ? null : password,
            ApplicationName = "ktrdr",
            Timeout = 5, // seconds to connect; a server that is down refuses at once
            KeepAlive = 10, // seconds: a line that died without a word is noticed, also by whoever only listens
            IncludeErrorDetail = false,
            MaxAutoPrepare = 64, // as many statements as we have; one that comes again need not be planned again

            // A process that is paused in the middle of a transaction must not keep the others waiting: it loses its turn.
            Options = "-c idle_in_transaction_session_timeout=2000",
        };
        foreach (var (key, value) in Options(uri.Query))
        {
            switch (key)
            {
                case "schema":
                    builder.SearchPath = value;
                    break;
                case "sslmode"
                    when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), true, out var mode):
                    builder.SslMode = mode;
                    break;
                default:
                    throw new FormatException(
                        key == "sslmode"
                            ? $"sslmode is '{value}', which is none of {string.Join(", ", Enum.GetNames<SslMode>())}."
                            : $"'{key}=' is not understood; there are schema= and sslmode=, and a password stands before the @."
                    );
            }
        }

        var shown = string.Create(
            CultureInfo.InvariantCulture,
            $"postgres://{user}@{uri.Host}:{port}/{database}{uri.Query}"
        );
        return new PostgresAddress(shown, builder.ToString());
    }

    private static IEnumerable<(string Key, string Value)> Options(string query) =>
        from option in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        let parts = option.Split('=', 2)
        select (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
}
