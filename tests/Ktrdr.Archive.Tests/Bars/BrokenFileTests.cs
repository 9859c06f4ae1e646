using System.Text;
using Ktrdr.Core;

namespace Ktrdr.Archive.Tests;

/// <summary>Files that are not bars: each is refused with a message that says where and why, and nothing is kept.</summary>
public sealed class BrokenFileTests : IDisposable
{
    private const string Header = "timestamp,open,high,low,close,volume\n";
    private const string Good = "2024-01-01T00:00:00Z,1.1,1.2,1.0,1.15,5\n2024-01-01T01:00:00Z,1.1,1.2,1.0,1.15,5\n";
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,1.15", "row 4: found 5 columns, expected 6")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,1.15,5,9", "row 4: found 7 columns, expected 6")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,1,234.5,5", "row 4: found 7 columns, expected 6")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,\"1,234.5\",5", "row 4: close is '1,234.5', not a price")]
    [InlineData("2024-01-01T02:00:00Z,NaN,1.2,1.0,1.15,5", "row 4: open is 'NaN', not a price")]
    [InlineData("2024-01-01T02:00:00Z,1.1,Infinity,1.0,1.15,5", "row 4: high is 'Infinity', not a price")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1e309,1.0,1.15,5", "row 4: high is '1e309', not a price")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,,1.15,5", "row 4: low is '', not a price")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,-1.0,1.15,5", "row 4: low is -1.0; a price is above 0")]
    [InlineData("2024-01-01T02:00:00Z,0,1.2,1.0,1.15,5", "row 4: open is 0; a price is above 0")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,$1.15,5", "row 4: close is '$1.15', not a price")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,1.15,-7", "row 4: volume is '-7'")]
    [InlineData("2024-01-01T02:00:00Z,1.1,1.2,1.0,1.15,many", "row 4: volume is 'many'")]
    [InlineData("2024-02-30T02:00:00Z,1.1,1.2,1.0,1.15,5", "row 4: the time is '2024-02-30T02:00:00Z'")]
    [InlineData("01/02/2024 02:00,1.1,1.2,1.0,1.15,5", "row 4: the time is '01/02/2024 02:00'")]
    [InlineData("2024-01-01T02:00:00,1.1,1.2,1.0,1.15,5", "row 4: its time is without a zone, the first one UTC (Z)")]
    [InlineData(
        "2024-01-01T02:00:00+02:00,1.1,1.2,1.0,1.15,5",
        "row 4: its time is +2 hours from UTC, the first one UTC (Z)"
    )]
    [InlineData("1704074400,1.1,1.2,1.0,1.15,5", "row 4: its time is a number (UTC), the first one UTC (Z)")]
    [InlineData("2024-01-01T02:00:30Z,1.1,1.2,1.0,1.15,5", "row 4: a bar starts at 2024-01-01T02:00:30Z")]
    [InlineData("2024-01-01T01:15:00Z,1.1,1.2,1.0,1.15,5", "The timeframe that fits is 15m: use --timeframe 15m")]
    [InlineData(
        "2024-01-01T01:00:00Z,1.1,1.2,1.0,1.16,5",
        "row 4: 2024-01-01T01:00:00Z was on row 3 already, with other values (close 1.15, now 1.16)"
    )]
    public async Task A_row_that_cannot_be_used_is_named_with_its_value(string row, string message) =>
        Assert.Contains(message, (await RefusedAsync("bars.csv", Header + Good + row + "\n")).Message);

    [Theory]
    [InlineData("time,open,high,low\n1,1,1,1\n", "it lacks close")]
    [InlineData("open,high,low,close\n1,1,1,1\n", "it lacks time (timestamp, time, date, datetime)")]
    [InlineData("2024-01-01T00:00:00Z,1,1,1,1,5\n", "row 1 must be a header")]
    [InlineData("time,date,open,high,low,close\n", "2 columns of time")]
    [InlineData("time,open,open,high,low,close\n", "names the column 'open' twice")]
    [InlineData(Header, "it has a header and no bars")]
    [InlineData("time,open,high,low,close\n2024-01-01 00:00,1,1,1,1\n", "say which with --timezone")]
    [InlineData("20240101 00:00,1,1,1,1\n", "Found 5 columns on row 1")]
    public async Task A_file_of_another_shape_is_refused(string text, string message) =>
        Assert.Contains(message, (await RefusedAsync("bars.csv", text)).Message);

    [Fact]
    public async Task An_empty_file_is_refused() =>
        Assert.Contains("bars.csv: the file is empty (0 bytes)", (await RefusedAsync("bars.csv", "")).Message);

    [Fact]
    public async Task A_pipe_is_refused_without_waiting_for_its_writer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "mkfifo makes the pipe, and Windows has none");
        var pipe = _home.Folder.Resolve("pipe.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(pipe)!);
        using var maker = System.Diagnostics.Process.Start("mkfifo", [pipe]);
        await maker.WaitForExitAsync(TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<ImportException>(() => ImportAsync(pipe));
        Assert.Contains("a pipe or device rather than a file", fault.Message);
    }

    [Fact]
    public async Task An_unknown_time_zone_is_refused_even_when_the_times_name_their_own()
    {
        var fault = await Assert.ThrowsAsync<ImportException>(() =>
            new Datasets(_home.Folder).ImportAsync(
                _home.Write("bars.csv", Header + Good),
                new ImportOptions("X", Timeframe.H1, Kind: null, "Mars/Olympus"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("the time zone 'Mars/Olympus' is not known", fault.Message);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var fault = await Assert.ThrowsAsync<ImportException>(() => ImportAsync("/nowhere/bars.csv"));
        Assert.Contains("there is no file /nowhere/bars.csv", fault.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    [InlineData(5_000)]
    public async Task A_gzip_file_that_was_cut_off_is_refused(int missing)
    {
        var packed = TemporaryHome.Gzip(Many(2_000));
        var fault = await RefusedAsync("bars.csv.gz", packed.AsMemory(0, packed.Length - missing));
        Assert.Contains("bars.csv.gz: the gzip archive is cut off or damaged", fault.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5_000)]
    public async Task A_zip_that_was_cut_off_is_refused(int missing)
    {
        var packed = TemporaryHome.Zip(("bars.csv", Many(2_000)));
        var fault = await RefusedAsync("bars.zip", packed.AsMemory(0, packed.Length - missing));
        Assert.Contains("bars.zip: the zip archive is cut off or damaged", fault.Message);
    }

    [Fact]
    public async Task A_name_that_lies_about_the_content_is_refused() =>
        Assert.Contains("the content is no gzip archive", (await RefusedAsync("bars.csv.gz", Header + Good)).Message);

    [Fact]
    public async Task A_zip_of_several_files_is_refused()
    {
        var packed = TemporaryHome.Zip(("a.csv", Header + Good), ("b.csv", Header + Good));
        Assert.Contains("the zip holds 2 files", (await RefusedAsync("bars.zip", packed)).Message);
    }

    [Fact]
    public async Task A_file_that_is_no_text_is_refused() =>
        Assert.Contains(
            "row 1 is no text header",
            (await RefusedAsync("bars.csv", Encoding.Unicode.GetBytes(Header))).Message
        );

    [Fact]
    public async Task A_line_without_end_is_refused() =>
        Assert.Contains("row 1: longer than", (await RefusedAsync("bars.csv", new string('x', 500_000))).Message);

    [Fact]
    public async Task Of_many_faults_the_first_twenty_are_told_and_all_are_counted()
    {
        var rows = string.Concat(Enumerable.Repeat("2024-01-01T00:00:00Z,x,1,1,1,1\n", 1_000));
        var fault = await RefusedAsync("bars.csv", Header + rows);
        Assert.Equal((20, 1_000), (fault.Faults.Count, fault.Total));
        Assert.Equal(21, fault.Faults[^1].Row);
        Assert.Contains("and 980 more", fault.Message);
    }

    [Fact]
    public async Task An_hour_that_never_happened_is_refused()
    {
        var path = _home.Write("bars.csv", "time,open,high,low,close\n2024-03-10 02:30,1,1,1,1\n");
        var options = new ImportOptions("X", Timeframe.H1, TimeZone: "America/New_York");
        var fault = await Assert.ThrowsAsync<ImportException>(() =>
            new Datasets(_home.Folder).ImportAsync(path, options, CancellationToken.None)
        );
        Assert.Contains("row 2: 2024-03-10T02:30:00 never happened in America/New_York", fault.Message);
    }

    [Fact]
    public async Task An_unknown_zone_is_refused()
    {
        var path = _home.Write("bars.csv", "time,open,high,low,close\n2024-03-10 02:30,1,1,1,1\n");
        var options = new ImportOptions("X", Timeframe.H1, TimeZone: "Mars/Olympus");
        var fault = await Assert.ThrowsAsync<ImportException>(() =>
            new Datasets(_home.Folder).ImportAsync(path, options, CancellationToken.None)
        );
        Assert.Contains("the time zone 'Mars/Olympus' is not known", fault.Message);
    }

    [Fact]
    public async Task Daily_bars_named_hourly_are_refused()
    {
        var rows = string.Concat(Enumerable.Range(1, 20).Select(day => $"2024-01-{day:00},1,1,1,1,1\n"));
        Assert.Contains("use --timeframe 1d", (await RefusedAsync("bars.csv", Header + rows)).Message);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("A/B")]
    [InlineData("CON")]
    [InlineData("")]
    [InlineData("A_SYMBOL_OF_21_LETTER")]
    public async Task A_symbol_that_could_be_no_file_is_refused(string symbol)
    {
        var path = _home.Write("bars.csv", Header + Good);
        await Assert.ThrowsAsync<Research.DatasetException>(() =>
            new Datasets(_home.Folder).ImportAsync(
                path,
                new ImportOptions(symbol, Timeframe.H1),
                CancellationToken.None
            )
        );
    }

    private Task<ImportException> RefusedAsync(string name, string text) =>
        RefusedAsync(name, Encoding.UTF8.GetBytes(text));

    private async Task<ImportException> RefusedAsync(string name, ReadOnlyMemory<byte> content)
    {
        var fault = await Assert.ThrowsAsync<ImportException>(() => ImportAsync(_home.Write(name, content.Span)));
        Assert.False(Directory.Exists(_home.Folder.Root), "a refused file leaves nothing behind");
        return fault;
    }

    private Task<ImportReport> ImportAsync(string path) =>
        new Datasets(_home.Folder).ImportAsync(path, new ImportOptions("X", Timeframe.H1), CancellationToken.None);

    private static string Many(int rows)
    {
        var text = new StringBuilder(Header);
        var random = new Seed(1).For("rows");
        for (var i = 0; i < rows; i++)
        {
            var close = 1 + random.NextDouble();
            text.AppendLine($"{1_704_067_200 + (i * 3_600)},{close},{close},{close},{close},{i}");
        }

        return text.ToString();
    }
}
