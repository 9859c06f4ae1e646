using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive.Tests;

/// <summary>Bars read twice are the bars read once, whatever became of the cache in between.</summary>
public sealed class BarCacheTests : IDisposable
{
    private const int Hours = 300;

    // Monday 2024-01-01 00:00 UTC.
    private const long Start = 1_704_067_200;
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    private string Text => _home.Folder.Resolve("data/X_1h.csv");

    private string CacheFolder => Path.Combine(_home.Folder.Resolve("data"), ".cache");

    private string Cache => Path.Combine(CacheFolder, "X_1h.bars");

    [Fact]
    public async Task It_is_built_on_first_use_and_holds_every_bit()
    {
        await ImportAsync(Rows(Hours));
        Assert.False(Directory.Exists(CacheFolder));
        var read = Load();
        Assert.True(File.Exists(Cache));
        var built = File.GetLastWriteTimeUtc(Cache);
        AssertSame(read, Load());
        Assert.Equal(built, File.GetLastWriteTimeUtc(Cache));
        Assert.Equal([Cache], Directory.GetFileSystemEntries(CacheFolder));
    }

    [Fact]
    public async Task Its_numbers_are_taken_without_understanding_the_text()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        AssertSame(
            read,
            BarCache.Of(Text, Timeframe.H1, () => throw new InvalidOperationException("the text was read"))
        );
    }

    [Fact]
    public async Task Bars_without_a_spread_have_none_from_the_cache_either()
    {
        await ImportAsync(Rows(Hours, spread: false));
        var read = Load();
        Assert.False(read.HasSpread);
        AssertSame(read, Load());
    }

    [Fact]
    public async Task A_missing_spread_stays_missing()
    {
        await ImportAsync(Rows(Hours).Replace(",0.03\n", ",\n"));
        var read = Load();
        Assert.Contains(double.NaN, read.Spread.ToArray());
        AssertSame(read, Load());
    }

    [Fact]
    public async Task Equal_texts_have_equal_caches()
    {
        await ImportAsync(Rows(Hours));
        Load();
        var bytes = await File.ReadAllBytesAsync(Cache);
        using var other = new TemporaryHome();
        await ImportAsync(Rows(Hours), other);
        Load(other);
        Assert.Equal(
            bytes,
            await File.ReadAllBytesAsync(Path.Combine(other.Folder.Resolve("data"), ".cache", "X_1h.bars"))
        );
    }

    [Fact]
    public async Task Whatever_its_end_was_lost_at_it_is_built_again()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        var whole = await File.ReadAllBytesAsync(Cache);

        // Nothing, within the key, at its end, at the header's, within and at the end of columns, within the check, one byte short.
        int[] lengths =
        [
            0,
            1,
            30,
            56,
            60,
            64,
            65,
            64 + 4,
            64 + (8 * Hours),
            64 + (8 * Hours * 3) + 5,
            whole.Length - 8,
            whole.Length - 1,
        ];
        foreach (var length in lengths)
        {
            await File.WriteAllBytesAsync(Cache, whole[..length]);
            AssertSame(read, Load());
            Assert.Equal(whole, await File.ReadAllBytesAsync(Cache));
        }

        await File.WriteAllBytesAsync(Cache, [.. whole, 0]);
        AssertSame(read, Load());
        Assert.Equal(whole, await File.ReadAllBytesAsync(Cache));
    }

    [Fact]
    public async Task One_changed_byte_anywhere_is_noticed()
    {
        // Few bars, so that every single byte can have its turn.
        await ImportAsync(Rows(20));
        var read = Load();
        var whole = await File.ReadAllBytesAsync(Cache);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(Cache, changed);
            AssertSame(read, Load());
            Assert.Equal(whole, await File.ReadAllBytesAsync(Cache));
        }
    }

    [Fact]
    public async Task Pages_that_never_reached_the_disk_are_noticed()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        var whole = await File.ReadAllBytesAsync(Cache);
        foreach (var page in Enumerable.Range(0, whole.Length / 4_096))
        {
            var torn = whole.ToArray();
            torn.AsSpan(page * 4_096, 4_096).Clear();
            await File.WriteAllBytesAsync(Cache, torn);
            AssertSame(read, Load());
            Assert.Equal(whole, await File.ReadAllBytesAsync(Cache));
        }
    }

    [Fact]
    public async Task One_of_another_version_is_built_again_even_if_it_is_whole()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        var whole = await File.ReadAllBytesAsync(Cache);
        foreach (var version in new byte[] { 0, 2, 255 })
        {
            var other = whole.ToArray();
            other[8] = version;
            await File.WriteAllBytesAsync(Cache, Sealed(other));
            AssertSame(read, Load());
            Assert.Equal(whole, await File.ReadAllBytesAsync(Cache));
        }
    }

    [Fact]
    public async Task One_of_another_dataset_does_not_count()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        await ImportAsync(Rows(Hours).Replace(",1.9,", ",1.8,"), symbol: "y");
        new DatasetFiles(_home.Folder).Load("Y", Timeframe.H1);
        File.Copy(Path.Combine(CacheFolder, "Y_1h.bars"), Cache, overwrite: true);
        AssertSame(read, Load());
    }

    [Fact]
    public async Task One_whose_times_do_not_rise_does_not_count_even_if_it_is_whole()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        var other = await File.ReadAllBytesAsync(Cache);
        other.AsSpan(64, 8).CopyTo(other.AsSpan(64 + 8));
        await File.WriteAllBytesAsync(Cache, Sealed(other));
        AssertSame(read, Load());
    }

    [Fact]
    public async Task A_text_that_changed_without_changing_its_length_or_its_date_is_read_again()
    {
        await ImportAsync(Rows(Hours));
        Load();
        var (text, written) = (await File.ReadAllTextAsync(Text), File.GetLastWriteTimeUtc(Text));

        // The last bar lies in the sealed window, where nothing but the text says what it is.
        var last = text.LastIndexOf(",1.9,", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Text, text[..last] + ",1.8," + text[(last + 5)..]);
        File.SetLastWriteTimeUtc(Text, written);
        Assert.Equal(1.8, Load().High[^1]);
        Assert.Equal(1.8, Load().High[^1]);
    }

    [Fact]
    public async Task A_text_that_is_broken_now_is_refused_and_its_cache_dropped()
    {
        await ImportAsync(Rows(Hours));
        Load();
        await File.AppendAllTextAsync(Text, "no row\n");
        Assert.Contains("found 1 columns, expected 7", Assert.Throws<DatasetException>(() => Load()).Message);
        Assert.False(File.Exists(Cache));
    }

    [Fact]
    public async Task An_import_drops_it_and_so_does_a_text_that_is_gone()
    {
        await ImportAsync(Rows(Hours));
        Load();
        await ImportAsync(Rows(Hours + 50));
        Assert.False(File.Exists(Cache));
        Assert.Equal(Hours + 50, Load().Count);

        File.Delete(Text);
        Assert.Throws<DatasetException>(() => Load());
        Assert.False(File.Exists(Cache));
    }

    [Fact]
    public async Task Where_it_cannot_be_written_the_text_serves()
    {
        await ImportAsync(Rows(Hours));
        await File.WriteAllTextAsync(CacheFolder, "a file in the way of the folder");
        var read = Load();
        AssertSame(read, Load());

        File.Delete(CacheFolder);
        Directory.CreateDirectory(Path.Combine(Cache, "a folder in the way of the file"));
        AssertSame(read, Load());
        Assert.Equal([Cache], Directory.GetFileSystemEntries(CacheFolder));
    }

    [Fact]
    public async Task In_a_folder_that_is_only_to_be_read_the_text_serves()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Folders have no such mode there.");
            return;
        }

        await ImportAsync(Rows(Hours));
        Directory.CreateDirectory(CacheFolder);
        File.SetUnixFileMode(CacheFolder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var read = Load();
            AssertSame(read, Load());
        }
        finally
        {
            File.SetUnixFileMode(
                CacheFolder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    [Fact]
    public async Task A_pipe_in_its_place_keeps_nobody_waiting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such pipes there.");
        await ImportAsync(Rows(Hours));
        var read = Load();
        File.Delete(Cache);
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Cache]))
        {
            await made.WaitForExitAsync();
        }

        AssertSame(read, Load());
    }

    [Fact]
    public async Task Many_may_build_it_at_once()
    {
        await ImportAsync(Rows(Hours));
        var read = Load();
        for (var round = 0; round < 20; round++)
        {
            File.Delete(Cache);
            await Parallel.ForAsync(
                0,
                8,
                (_, _) =>
                {
                    AssertSame(read, Load());
                    return ValueTask.CompletedTask;
                }
            );
        }

        Assert.Equal([Cache], Directory.GetFileSystemEntries(CacheFolder));
        AssertSame(read, Load());
    }

    [Theory]
    [InlineData("A.B")]
    [InlineData("..X")]
    [InlineData("../X")]
    [InlineData(".cache")]
    [InlineData("CON")]
    public async Task It_keeps_to_its_folder_whatever_a_symbol_is_called(string symbol)
    {
        try
        {
            await ImportAsync(Rows(Hours), symbol: symbol);
            await new Datasets(_home.Folder).ReadAsync(
                symbol,
                Timeframe.H1,
                [],
                Window.Learning,
                CancellationToken.None
            );
        }
        catch (DatasetException) when (symbol != "A.B")
        {
            return; // no symbol at all
        }

        Assert.Equal([Path.Combine(CacheFolder, "A.B_1h.bars")], Directory.GetFileSystemEntries(CacheFolder));
    }

    // As every process does that was not there when the bars were read before.
    private Bars Load(TemporaryHome? home = null) =>
        new DatasetFiles((home ?? _home).Folder).Load("X", Timeframe.H1).Bars;

    private Task<ImportReport> ImportAsync(string text, TemporaryHome? home = null, string symbol = "x") =>
        new Datasets((home ?? _home).Folder).ImportAsync(
            _home.Write("bars.csv", text),
            new ImportOptions(symbol, Timeframe.H1),
            CancellationToken.None
        );

    /// <summary>A cache with the check that belongs to its content: CRC-32C bit by bit, as RFC 3720 has it, without the last turn.</summary>
    private static byte[] Sealed(byte[] cache)
    {
        var check = uint.MaxValue;
        foreach (var one in cache.AsSpan(0, cache.Length - 8))
        {
            check ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                check = (check >> 1) ^ ((check & 1) * 0x82F63B78);
            }
        }

        BitConverter.TryWriteBytes(cache.AsSpan(cache.Length - 8), (long)check);
        return cache;
    }

    private static void AssertSame(Bars expected, Bars actual) =>
        Assert.Equal(
            (expected.Timeframe, expected.Count, BarsHash.Of(expected)),
            (actual.Timeframe, actual.Count, BarsHash.Of(actual))
        );

    private static string Rows(int count, bool spread = true)
    {
        var text = new StringBuilder($"timestamp,open,high,low,close,volume{(spread ? ",spread" : "")}\n");
        for (var i = 0; i < count; i++)
        {
            text.Append(Start + (i * 3_600L)).Append($",1.5,1.9,1.1,1.{(i % 50) + 20},{i}");
            text.Append(spread ? $",0.0{i % 4}\n" : "\n");
        }

        return text.ToString();
    }
}
