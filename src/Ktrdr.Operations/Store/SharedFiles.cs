using System.Data.Common;

namespace Ktrdr.Operations;

/// <summary>The files of a database that homes share.</summary>
/// <remarks>What is for everybody is numbered upwards from 1 and stays, so that a number once seen leaves nothing behind it
/// unseen. What was put aside is numbered downwards from −1: it can go without anybody losing his place. A body lies there once,
/// whatever names it, and goes in ahead of its name: however long it takes, nobody waits for his turn meanwhile.</remarks>
internal sealed class SharedFiles(Database database) : ISharedFiles
{
    private const int Since = 3;
    private const string Upwards = "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM files WHERE sequence > 0)";
    private const string Downwards = "(SELECT COALESCE(MIN(sequence), 0) - 1 FROM files WHERE sequence < 0)";

    public Task PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        WriteAsync(path, body, Upwards, _ => true, cancellationToken);

    public Task<bool> TryPutAsync(
        string path,
        ReadOnlyMemory<byte> body,
        string? since,
        CancellationToken cancellationToken
    ) => WriteAsync(path, body, Upwards, before => before == since, cancellationToken);

    public Task SetAsideAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        WriteAsync(path, body, Downwards, _ => true, cancellationToken);

    public IReadOnlyList<SharedFile> After(long sequence) =>
        database.Read(
            connection =>
                connection.Query(
                    "SELECT path, sequence, hash FROM files WHERE sequence > @sequence ORDER BY sequence",
                    row => new SharedFile(row.GetString(0), row.GetInt64(1), row.GetString(2)),
                    ("@sequence", Math.Max(sequence, 0))
                ),
            [],
            Since
        );

    public StoredFile? Find(string path) =>
        database.Read(
            connection =>
                connection
                    .Query(
                        "SELECT hash, body FROM files JOIN bodies USING (hash) WHERE path = @path",
                        row => new StoredFile(row.GetString(0), row.GetFieldValue<byte[]>(1)),
                        ("@path", path)
                    )
                    .SingleOrDefault(),
            null,
            Since
        );

    public IReadOnlyList<string> Aside() =>
        database.Read(
            connection =>
                connection.Query("SELECT path FROM files WHERE sequence < 0 ORDER BY path", row => row.GetString(0)),
            [],
            Since
        );

    public Task RemoveAsync(string path, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                connection.Execute("DELETE FROM files WHERE path = @path AND sequence < 0", ("@path", path));
                // With it goes what a process left nameless that died between a body and its name.
                connection.Execute(
                    "DELETE FROM bodies WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.hash = bodies.hash)"
                );
            },
            cancellationToken
        );

    private async Task<bool> WriteAsync(
        string path,
        ReadOnlyMemory<byte> body,
        string next,
        Func<string?, bool> mayFollow,
        CancellationToken cancellationToken
    )
    {
        var hash = StoredFile.HashOf(body.Span);
        (string, object?)[] values = [("@hash", hash), ("@body", body.ToArray())];
        while (true)
        {
            // A damaged one is mended on the way.
            var isNew =
                database.WriteAside(
                    """
                    INSERT INTO bodies (hash, body) VALUES (@hash, @body)
                    ON CONFLICT (hash) DO UPDATE SET body = excluded.body WHERE bodies.body <> excluded.body
                    """,
                    values
                ) > 0;
            bool? isThere = null;
            await database.WriteAsync(
                connection => isThere = Name(connection, path, hash, isNew, next, mayFollow),
                cancellationToken
            );
            if (isThere is { } answer)
            {
                return answer;
            }
        }
    }

    /// <summary>Gives a body its name, or answers null when somebody removed it before it had one.</summary>
    private static bool? Name(
        DbConnection connection,
        string path,
        string hash,
        bool isNew,
        string next,
        Func<string?, bool> mayFollow
    )
    {
        if (Texts(connection, "SELECT hash FROM bodies WHERE hash = @value", hash) is [])
        {
            return null;
        }

        if (isNew)
        {
            // Whoever named it before had nothing of use: it is told anew.
            foreach (
                var named in Texts(connection, "SELECT path FROM files WHERE hash = @value AND sequence > 0", hash)
            )
            {
                connection.Execute($"UPDATE files SET sequence = {Upwards} WHERE path = @path", ("@path", named));
            }
        }

        var before = Texts(connection, "SELECT hash FROM files WHERE path = @value", path).SingleOrDefault();
        if (before == hash)
        {
            return true;
        }

        var follows = mayFollow(before);
        if (follows)
        {
            connection.Execute(
                $"""
                INSERT INTO files (path, sequence, hash) VALUES (@path, {next}, @hash)
                ON CONFLICT (path) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
                """,
                ("@path", path),
                ("@hash", hash)
            );
        }

        connection.Execute(
            "DELETE FROM bodies WHERE hash = @hash AND NOT EXISTS (SELECT 1 FROM files WHERE hash = @hash)",
            ("@hash", follows ? before ?? "" : hash)
        );
        return follows;
    }

    private static List<string> Texts(DbConnection connection, string sql, string value) =>
        connection.Query(sql, row => row.GetString(0), ("@value", value));
}
