namespace Ktrdr.Archive;

/// <summary>Reads a stream line by line without making strings, within limits that a bomb cannot pass.</summary>
internal sealed class LineReader(Stream stream, string file, long mostBytes)
{
    /// <summary>No row of bars is longer.</summary>
    public const int LongestLine = 4_096;

    private readonly byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Number of the line last read, 1 for the first.</summary>
    public long Row { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

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
