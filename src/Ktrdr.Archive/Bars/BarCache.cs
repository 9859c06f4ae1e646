using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>The bars of a text once more, as columns of numbers, so that the text need not be understood every time.</summary>
/// <remarks>
/// <para><b>The text is the truth.</b> It is hashed whenever its bars are asked for, and the cache counts only if it was made
/// from that very text and is whole to the last bit. Anything else (older, foreign, torn, of a changed text) is deleted, and the
/// bars are read from the text. Nothing that happens to a cache, and no folder it cannot be written to, is ever a fault.</para>
/// <para><b>Where.</b> <c>.cache/{name}.bars</c> beside the text, named like it; no dataset and no request can name a folder that
/// starts with a dot. Written under a temporary name and renamed, so two processes may build it at once. It is not synced to
/// disk: a crash may tear it, and a torn one is noticed.</para>
/// <para><b>What.</b> Little endian: a key of 56 bytes (<c>KTRDRBAR</c>, version, seconds of a bar, length and SHA-256 of the
/// text), the number of bars and of columns, 4 bytes each; the columns (times as whole numbers, then open, high, low, close,
/// volume and, with 7 columns, spread as doubles), and CRC-32C of all that in 8 bytes. Equal texts have equal caches. The check finds
/// any flipped byte, and all but one in four thousand million of other damages; <see cref="Dataset.EnsureAsImported"/> sees those.</para>
/// <para><b>Why it is read and not mapped.</b> Under a mapping, what was checked could change afterwards, and a file that somebody
/// cuts short, or a disk that fails, ends the process with a signal nobody can catch. A read copies the system's own pages once,
/// straight into the columns, and fails like any read.</para>
/// </remarks>
internal static class BarCache
{
    private const int Version = 1;
    private const int KeyBytes = 56;
    private const int HeaderBytes = KeyBytes + 8;
    private const int CheckBytes = 8;
    private const int BufferBytes = 1 << 17;

    // Times, four prices and the volume; the spread makes one more.
    private const int LeastColumns = 6;

    /// <summary>The bars of a text, from the cache where it holds them, or as they are read from it; then they are kept.</summary>
    /// <param name="text">The full path of the text.</param>
    /// <param name="timeframe">The length of its bars.</param>
    /// <param name="read">Reads the text.</param>
    public static Bars Of(string text, Timeframe timeframe, Func<Bars> read)
    {
        var key = KeyOf(text, timeframe);
        if (key is not null && TryRead(text, timeframe, key) is { } cached)
        {
            return cached;
        }

        Drop(text);
        var bars = read();

        // A text that somebody was writing to meanwhile may not be the one these bars are of.
        if (key is not null && key.AsSpan().SequenceEqual(KeyOf(text, timeframe)))
        {
            Write(text, bars, key);
        }

        return bars;
    }

    /// <summary>The bars of a text if the cache holds them, or null. Makes and deletes nothing.</summary>
    public static Bars? Find(string text, Timeframe timeframe) =>
        KeyOf(text, timeframe) is { } key ? TryRead(text, timeframe, key) : null;

    /// <summary>Deletes what is cached of a text that is about to change or is gone.</summary>
    public static void Drop(string text) => Delete(PathOf(text));

    /// <summary>Where the bars of a text are cached.</summary>
    public static string PathOf(string text) =>
        Path.Combine(Path.GetDirectoryName(text)!, ".cache", Path.ChangeExtension(Path.GetFileName(text), ".bars"));

    // Null when there is nothing to go by: no file with content, or one that cannot be read, which its reader will complain of.
    private static byte[]? KeyOf(string text, Timeframe timeframe)
    {
        try
        {
            // Asked before opening, as a pipe has no length either and would keep whoever opens it waiting.
            if (!BitConverter.IsLittleEndian || new FileInfo(text).Length == 0)
            {
                return null;
            }

            using var file = File.OpenHandle(text);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (buffer, length) = (new byte[BufferBytes], 0L);
            for (int read; (read = RandomAccess.Read(file, buffer, length)) > 0; length += read)
            {
                hash.AppendData(buffer, 0, read);
            }

            var key = new byte[KeyBytes];
            "KTRDRBAR"u8.CopyTo(key);
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(8), Version);
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(12), timeframe.Seconds);
            BinaryPrimitives.WriteInt64LittleEndian(key.AsSpan(16), length);
            hash.GetHashAndReset(key.AsSpan(24));
            return key;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Bars? TryRead(string text, Timeframe timeframe, ReadOnlySpan<byte> key)
    {
        try
        {
            var path = PathOf(text);
            var length = new FileInfo(path).Length;
            if (length < HeaderBytes)
            {
                return null;
            }

            const FileShare MayChange = FileShare.ReadWrite | FileShare.Delete;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, MayChange, bufferSize: 0);
            var check = uint.MaxValue;
            var header = Column<byte>(HeaderBytes, file, ref check);
            var count = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(KeyBytes));
            var columns = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(KeyBytes + 4));
            if (
                !header.AsSpan(0, KeyBytes).SequenceEqual(key)
                || columns is not (LeastColumns or LeastColumns + 1)
                || count < 0
                || length != HeaderBytes + ((long)count * columns * sizeof(double)) + CheckBytes
            )
            {
                return null;
            }

            var bars = new Bars(
                timeframe,
                Column<long>(count, file, ref check),
                Column<double>(count, file, ref check),
                Column<double>(count, file, ref check),
                Column<double>(count, file, ref check),
                Column<double>(count, file, ref check),
                Column<double>(count, file, ref check),
                columns > LeastColumns ? Column<double>(count, file, ref check) : null
            );
            long expected = check;
            return Column<long>(1, file, ref check)[0] == expected ? bars : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static T[] Column<T>(int count, FileStream file, ref uint check)
        where T : struct
    {
        var column = GC.AllocateUninitializedArray<T>(count);
        var bytes = MemoryMarshal.AsBytes(column.AsSpan());
        file.ReadExactly(bytes);
        Check(bytes, ref check);
        return column;
    }

    private static void Write(string text, Bars bars, ReadOnlySpan<byte> key)
    {
        var path = PathOf(text);
        var temporary = HomeFolder.Temporary(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (
                var file = new FileStream(
                    temporary,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    bufferSize: 0
                )
            )
            {
                Span<byte> header = stackalloc byte[HeaderBytes];
                key.CopyTo(header);
                BinaryPrimitives.WriteInt32LittleEndian(header[KeyBytes..], bars.Count);
                BinaryPrimitives.WriteInt32LittleEndian(
                    header[(KeyBytes + 4)..],
                    bars.HasSpread ? LeastColumns + 1 : LeastColumns
                );
                var check = uint.MaxValue;
                Append<byte>(header, file, ref check);
                Append(bars.Times, file, ref check);
                Append(bars.Open, file, ref check);
                Append(bars.High, file, ref check);
                Append(bars.Low, file, ref check);
                Append(bars.Close, file, ref check);
                Append(bars.Volume, file, ref check);
                Append(bars.Spread, file, ref check);
                Append<long>([check], file, ref check);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // No room, or no right to write here: the text serves as well.
            Delete(temporary);
        }
    }

    private static void Append<T>(ReadOnlySpan<T> column, FileStream file, ref uint check)
        where T : struct
    {
        var bytes = MemoryMarshal.AsBytes(column);
        file.Write(bytes);
        Check(bytes, ref check);
    }

    // Everything in a cache is as long as some whole numbers of 8 bytes.
    private static void Check(ReadOnlySpan<byte> bytes, ref uint check)
    {
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            check = BitOperations.Crc32C(check, eight);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way: a stale cache is found out whenever it is read.
        }
    }
}
