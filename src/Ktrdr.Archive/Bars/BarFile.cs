using System.Buffers.Binary;
using System.IO.Compression;

namespace Ktrdr.Archive;

/// <summary>Opens a file of bars, plain, gzip or zip, by its content rather than its name, and notices when it was cut off.</summary>
internal static class BarFile
{
    /// <summary>Passes the unpacked content on.</summary>
    /// <exception cref="ImportException">The file is missing, empty, or no intact archive of one file.</exception>
    public static T Read<T>(string path, Func<Stream, T> read)
    {
        try
        {
            // Asked before opening: a pipe has no length either, and opening one waits for its writer, possibly for ever.
            if (new FileInfo(path).Length == 0)
            {
                throw new ImportException(path, "the file is empty (0 bytes), or a pipe or device rather than a file.");
            }

            using var file = File.OpenRead(path);

            Span<byte> magic = stackalloc byte[4];
            magic = magic[..file.ReadAtLeast(magic, 4, throwOnEndOfStream: false)];
            file.Position = 0;
            return magic switch
            {
                [0x1F, 0x8B, ..] => ReadGzip(path, file, read),
                [(byte)'P', (byte)'K', ..] => ReadZip(path, file, read),
                _ => ReadPlain(path, file, read),
            };
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImportException(path, $"there is no file {path}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(path, $"the file cannot be read: {fault.Message}");
        }
    }

    private static T ReadPlain<T>(string path, FileStream file, Func<Stream, T> read)
    {
        foreach (var (ending, name) in new[] { (".gz", "gzip"), (".zip", "zip") })
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                throw new ImportException(
                    path,
                    $"the name says {name}, the content is no {name} archive. Get the file again."
                );
            }
        }

        return read(file);
    }

    private static T ReadGzip<T>(string path, FileStream file, Func<Stream, T> read)
    {
        try
        {
            using var unpacked = new CountingStream(new GZipStream(file, CompressionMode.Decompress, leaveOpen: true));
            try
            {
                var result = read(unpacked);
                return IsWhole(file, unpacked) ? result : throw CutOff(path, "gzip");
            }
            catch (ImportException) when (!IsWhole(file, unpacked))
            {
                // The last row of half a file is half a row. The cause is worth more than the symptom.
                throw CutOff(path, "gzip");
            }
        }
        catch (InvalidDataException)
        {
            throw CutOff(path, "gzip");
        }
    }

    // The last four bytes of a gzip file are the length of what was packed. A file that was cut off ends with anything else.
    private static bool IsWhole(FileStream file, CountingStream unpacked)
    {
        var rest = new byte[1 << 16];
        while (unpacked.Count <= BarReader.MostBytes && unpacked.Read(rest) > 0) { }

        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(rest, 0, 4);
        return unpacked.Count > BarReader.MostBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(rest) == (uint)unpacked.Count;
    }

    private static T ReadZip<T>(string path, FileStream file, Func<Stream, T> read)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var entries = archive.Entries.Where(entry => entry.Name.Length > 0).ToList();
            if (entries.Count != 1)
            {
                throw new ImportException(path, $"the zip holds {entries.Count} files; expected one CSV of bars.");
            }

            using var unpacked = new CountingStream(entries[0].Open());
            var result = read(unpacked);
            return unpacked.Count == entries[0].Length ? result : throw CutOff(path, "zip");
        }
        catch (InvalidDataException)
        {
            throw CutOff(path, "zip");
        }
    }

    private static ImportException CutOff(string path, string kind) =>
        new(path, $"the {kind} archive is cut off or damaged, or several archives in one. Get the file again.");

    /// <summary>Counts what is read through it.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Count += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
