namespace Ktrdr.Operations;

/// <summary>The files of a database that homes share.</summary>
/// <remarks>What is for everybody is numbered upwards from 1 and stays, so that a number once seen leaves nothing behind it
/// unseen. What was put aside is numbered downwards from −1: it can go without anybody losing his place.</remarks>
internal sealed class SharedFiles(Database database) : ISharedFiles
{
    private const int Since = 3;

    public Task PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        WriteAsync(
            path,
            body,
            "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM files WHERE sequence > 0)",
            cancellationToken
        );

    public Task SetAsideAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        WriteAsync(
            path,
            body,
            "(SELECT COALESCE(MIN(sequence), 0) - 1 FROM files WHERE sequence < 0)",
            cancellationToken
        );

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
                        "SELECT hash, body FROM files WHERE path = @path",
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
            connection => connection.Execute("DELETE FROM files WHERE path = @path AND sequence < 0", ("@path", path)),
            cancellationToken
        );

    private Task WriteAsync(string path, ReadOnlyMemory<byte> body, string next, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
                connection.Execute(
                    $"""
                    INSERT INTO files (path, sequence, hash, body) VALUES (@path, {next}, @hash, @body)
                    ON CONFLICT (path) DO UPDATE
                    SET sequence = excluded.sequence, hash = excluded.hash, body = excluded.body
                    WHERE files.hash <> excluded.hash OR files.body <> excluded.body
                    """,
                    ("@path", path),
                    ("@hash", StoredFile.HashOf(body.Span)),
                    ("@body", body.ToArray())
                ),
            cancellationToken
        );
}
