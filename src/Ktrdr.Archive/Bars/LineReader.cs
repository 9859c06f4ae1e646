namespace Ktrdr.Archive;

/// <summary>Reads a stream line by line without making strings, within limits that a bomb cannot pass.</summary>
internal sealed class LineReader(Stream stream, string file, long mostBytes)
{
    /// <summary>No row of bars is longer.</summary>
    public const int LongestLine = 4_096;

    // Such as 20240131,1,1,1,1 and the end of its line.
    private const int ShortestRow = 17;
    private const int BufferBytes = 1 << 17;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Number of the line last read, 1 for the first.</summary>
    public long Row { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many lines that say anything are still to come, at most; the stream stays where it is.</summary>
    public static long CountAhead(Stream stream)
    {
        var (start, buffer, lines, isWithin) = (stream.Position, new byte[BufferBytes], 0L, false);
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            isWithin = buffer[read - 1] != '\n';
        }

        // No row of bars is shorter than this: empty lines, however many, ask for no room.
        var bytes = stream.Position - start;
        stream.Position = start;
        return Math.Min(lines + (isWithin ? 1 : 0), (bytes / ShortestRow) + 1);
    }

    /// <summary>The next line without its end; false when there is none. Valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest.IndexOf((byte)'\n');
            if (length < 0 && !_atEnd)
            {
                Fill(rest);
                continue;
            }

            line = length < 0 ? rest : rest[..length];
            _start += length < 0 ? rest.Length : length + 1;
            if (length < 0 && line.IsEmpty)
            {
                return false;
            }

            Row++;
            if (line.Length > LongestLine)
            {
                throw TooLong();
            }

            line = line is [.., (byte)'\r'] ? line[..^1] : line;
            line = Row == 1 && line is [0xEF, 0xBB, 0xBF, ..] ? line[3..] : line;
            return true;
        }
    }

    private void Fill(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > LongestLine)
        {
            Row++;
            throw TooLong();
        }

        rest.CopyTo(_buffer);
        (_start, _end) = (0, rest.Length);
        var read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        _atEnd = read == 0;
        Bytes += read;
        if (Bytes > mostBytes)
        {
            throw new ImportException(
                file,
                $"it holds more than {mostBytes:N0} bytes once unpacked, which is the limit. Import it in parts."
            );
        }
    }

    private ImportException TooLong() =>
        new(file, [new RowFault(Row, $"longer than {LongestLine:N0} bytes; this is not a file of bars.")], 1);
}
