using System.Globalization;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    private Task<ImportReport> ImportAsync(string path, ImportOptions options) =>
        new Datasets(_home.Folder).ImportAsync(path, options, CancellationToken.None);

    private async Task<Bars> BarsAsync(string path, ImportOptions options)
    {
        var report = await ImportAsync(path, options);
        var window = await new Datasets(_home.Folder).ReadAsync(
            options.Symbol,
            options.Timeframe,
            [],
            Window.Sealed,
            CancellationToken.None
        );
        Assert.Equal(report.Dataset.Bars, window.Base.Count);
        return window.Base;
    }

    [Fact]
    public async Task EURUSD_has_74439_bars_and_says_what_is_missing()
    {
        var report = await ImportAsync(Shared.Data("csv/EURUSD_1h.csv.gz"), new("eurusd", Timeframe.H1));
        var dataset = report.Dataset;
        Assert.Equal((74_439L, 74_439, "EURUSD"), (report.RowsRead, report.BarsKept, dataset.Symbol));
        Assert.Equal((InstrumentKind.Forex, "data/EURUSD_1h.csv"), (dataset.Kind, dataset.Path));
        Assert.Equal("the spread in the data, no commission", dataset.CostsInWords);
        Assert.Equal(74_439, dataset.Windows.Sum(window => window.Bars));
        Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(Timeframe.H1.StartOf(Unix(2007, 1, 1, 21))),
            dataset.Windows[0].From
        );
        Assert.All(dataset.Windows.Zip(dataset.Windows.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));

        // Twelve years have 626 weekends; those beside a holiday may be counted as a closure.
        var weekends = dataset.Gaps.Single(gap => gap.Class == GapClass.ExpectedWeekend);
        Assert.InRange(weekends.Count, 590, 626);
    }

    [Fact]
    public async Task The_archive_of_LEAN_holds_the_same_EURUSD()
    {
        var csv = await BarsAsync(Shared.Data("csv/EURUSD_1h.csv.gz"), new("CSV", Timeframe.H1));
        var lean = await BarsAsync(Shared.Data("lean/forex/oanda/hour/eurusd.zip"), new("LEAN", Timeframe.H1));
        Assert.True(csv.Times.SequenceEqual(lean.Times));
        for (var i = 0; i < csv.Count; i++)
        {
            Assert.Equal(csv.Close[i], lean.Close[i], 0.000005 + 1e-12);
            Assert.Equal(csv.Spread[i], lean.Spread[i], 0.00001 + 1e-12);
        }
    }

    [Fact]
    public async Task SPY_is_the_same_from_CSV_and_LEAN_in_the_time_of_New_York()
    {
        var csv = await BarsAsync(
            Shared.Data("csv/SPY_1h.csv.gz"),
            new("CSV", Timeframe.H1, TimeZone: "America/New_York")
        );
        var path = Shared.Data("lean/equity/usa/hour/spy.zip");
        var lean = await BarsAsync(path, new("LEAN", Timeframe.H1));
        var report = await ImportAsync(path, new("LEAN", Timeframe.H1));
        Assert.Equal(
            (InstrumentKind.Equity, 10_000, "America/New_York", 0),
            (report.Dataset.Kind, report.PriceScale, report.TimeZone, report.BarsAdded)
        );
        Assert.Equal(40_832, csv.Count);
        Assert.True(csv.Times.SequenceEqual(lean.Times));
        Assert.True(csv.Volume.SequenceEqual(lean.Volume));
        for (var i = 0; i < csv.Count; i++)
        {
            Assert.Equal(csv.Open[i], lean.Open[i], 1e-9);
            Assert.Equal(csv.High[i], lean.High[i], 1e-9);
            Assert.Equal(csv.Low[i], lean.Low[i], 1e-9);
            Assert.Equal(csv.Close[i], lean.Close[i], 1e-9);
        }

        // 09:00 in New York is 14:00 UTC in winter and 13:00 in summer.
        Assert.Equal(Unix(1998, 1, 2, 14), csv.Times[0]);
        Assert.Contains(Unix(1998, 7, 1, 13), csv.Times.ToArray());
    }

    [Fact]
    public async Task BTCUSD_keeps_its_gaps_and_reports_the_longest()
    {
        var report = await ImportAsync(
            Shared.Data("csv/BTCUSD_1d.csv.gz"),
            new("BTCUSD", Timeframe.D1, InstrumentKind.Crypto)
        );
        Assert.Equal(1_318, report.BarsKept);
        Assert.Equal(21, report.Dataset.Gaps.Max(gap => gap.Longest.MissingBars) + 1);
        Assert.Equal("2 basis points of spread, 10 of commission a fill", report.Dataset.CostsInWords);
    }

    [Fact]
    public async Task What_is_repaired_is_counted_with_its_first_row()
    {
        var path = _home.Write(
            "bars.csv",
            """
            Close;Volume;Time;Open;Low;High;Spread
            1.5;-1;2024-01-02 01:00;1.2;1.1;1.4;0
            1.5;7;2024-01-02 00:00;1.2;1.1;1.6;0.01
            1.5;7;2024-01-02 00:00;1.2;1.1;1.6;0.01
            1.5;7;2024-01-02 02:00;1.2;1.1;1.6;-0.1
            1.5;7;2024-01-02 03:00;1.2;1.1;1.6;

            """
        );
        var report = await ImportAsync(path, new("X", Timeframe.H1, TimeZone: "UTC"));
        Assert.Equal(
            [
                new Repair("high or low did not hold open and close: widened", 1, 2, "high 1.4, low 1.1"),
                new Repair("volume -1: set to 0", 1, 2, "-1"),
                new Repair("out of order: sorted", 2, 3, "2024-01-02T00:00:00Z"),
                new Repair("the same bar again: removed", 1, 4, "2024-01-02T00:00:00Z"),
            ],
            report.Repairs
        );
        Assert.Equal((new SpreadIssues(1, 1, 1), 3), (report.Dataset.SpreadIssues, report.Dataset.SpreadIssues.Total));
        Assert.Equal((5L, 4), (report.RowsRead, report.BarsKept));
    }

    [Theory]
    [InlineData("1704153600", "1704157200")]
    [InlineData("1704153600000", "1704157200000")]
    [InlineData("2024-01-02T00:00:00Z", "2024-01-02T01:00:00Z")]
    [InlineData("2024-01-02 00:00:00.000Z", "2024-01-02 01:00:00.000Z")]
    [InlineData("2024-01-02T02:00+02:00", "2024-01-02T03:00+02:00")]
    [InlineData("2024-01-01T19:00:00-0500", "2024-01-01T20:00:00-0500")]
    public async Task Times_that_name_their_zone_need_no_other(string first, string second)
    {
        var path = _home.Write("b.csv", $"date,close,low,high,open\r\n{first},1,1,1,1\r\n{second},1,1,1,1\r\n");
        var bars = await BarsAsync(path, new("X", Timeframe.H1));
        Assert.Equal([Unix(2024, 1, 2, 0), Unix(2024, 1, 2, 1)], bars.Times.ToArray());
    }

    [Theory]
    [InlineData("{0},1.00001,1.1,0.9,1.05,12,1E-05")]
    [InlineData("\"{0}\",\"1.00001\",\"1.1\",\"0.9\",\"1.05\",\"12\",\"1E-05\"")]
    [InlineData(" {0} , 1.00001 ,1.1, 0.9,1.05 ,12, 0.00001 ")]
    [InlineData("{0},1.000010000000000000,11e-1,+0.9,1.050,12.,.00001")]
    public async Task A_row_says_the_same_in_whatever_way_it_is_written(string row)
    {
        string[] rows =
        [
            "time,open,high,low,close,volume,spread",
            string.Format(CultureInfo.InvariantCulture, row, "2024-01-02T00:00:00Z"),
            string.Format(CultureInfo.InvariantCulture, row, "2024-01-02T01:00:00Z"),
        ];
        var bars = await BarsAsync(_home.Write("b.csv", string.Join('\n', rows)), new("X", Timeframe.H1));
        Assert.Equal([Unix(2024, 1, 2, 0), Unix(2024, 1, 2, 1)], bars.Times.ToArray());
        Assert.Equal(
            (1.00001, 1.1, 0.9, 1.05, 12, 0.00001),
            (bars.Open[1], bars.High[1], bars.Low[1], bars.Close[1], bars.Volume[1], bars.Spread[1])
        );
    }

    [Fact]
    public async Task When_the_clock_goes_back_times_keep_rising()
    {
        var path = _home.Write(
            "b.csv",
            "time,open,high,low,close\n"
                + string.Concat(
                    new[] { "00:00", "01:00", "01:00", "02:00" }.Select(
                        (hour, i) => $"2024-11-03 {hour},1,1,1,1.{i}\n".Replace("1,1.", "2,1.")
                    )
                )
        );
        var bars = await BarsAsync(path, new("X", Timeframe.H1, TimeZone: "America/New_York"));
        Assert.Equal([4, 5, 6, 7], bars.Times.ToArray().Select(time => (int)(time % 86_400 / 3_600)));
    }

    [Fact]
    public async Task Days_without_a_time_are_days_in_UTC()
    {
        var path = _home.Write(
            "b.csv",
            "date,open,high,low,close\n2024-03-09,1,1,1,1\n2024-03-10,1,1,1,1\n2024-03-11,1,1,1,1\n"
        );
        var bars = await BarsAsync(path, new("X", Timeframe.D1));
        Assert.Equal(Unix(2024, 3, 9, 0), bars.Times[0]);
    }

    [Theory]
    [InlineData("cfd/oanda/hour/xauusd.zip", InstrumentKind.Cfd)]
    [InlineData("crypto/coinbase/hour/btcusd_quote.zip", InstrumentKind.Crypto)]
    [InlineData("elsewhere/x.zip", InstrumentKind.Forex)]
    public async Task Quotes_become_mid_prices_with_a_spread_and_the_folder_names_the_kind(
        string name,
        InstrumentKind kind
    )
    {
        var rows =
            "20240102 00:00,1.0,1.4,0.8,1.2,0,1.2,1.6,1.0,1.5,0\n20240102 01:00,1.2,1.2,1.2,1.2,0,1.4,1.4,1.4,1.4,0\n";
        var path = _home.Write(name, TemporaryHome.Zip(("bars.csv", rows)));
        var bars = await BarsAsync(path, new("X", Timeframe.H1));
        Assert.Equal([1.35, 1.3], bars.Close.ToArray());
        Assert.Equal([1.5, 1.3], bars.High.ToArray());
        Assert.Equal([0.3, 0.2], bars.Spread.ToArray());
        var summary = Assert.Single(await new Datasets(_home.Folder).ListAsync(CancellationToken.None));
        Assert.Equal((kind, true, false), (summary.Kind, summary.HasSpread, summary.HasVolume));
    }

    [Fact]
    public async Task Daily_shares_of_LEAN_are_days_whatever_the_clock_did()
    {
        var rows =
            "20240308 00:00,1000000,1010000,990000,1005000,7\n20240311 00:00,1000000,1010000,990000,1005000,7\n20240312 00:00,1000000,1010000,990000,1005000,7\n";
        var path = _home.Write("equity/usa/daily/x.zip", TemporaryHome.Zip(("x.csv", rows)));
        var bars = await BarsAsync(path, new("X", Timeframe.D1));
        Assert.Equal((Unix(2024, 3, 8, 0), 100.5), (bars.Times[0], bars.Close[0]));
    }

    [Fact]
    public async Task A_move_of_more_than_a_fifth_is_flagged_and_kept()
    {
        var path = _home.Write(
            "b.csv",
            "time,open,high,low,close\n2024-03-09T00:00Z,1,1,1,1\n2024-03-09T01:00Z,1,2,1,2\n"
        );
        var report = await ImportAsync(path, new("X", Timeframe.H1));
        Assert.Contains(
            report.Warnings,
            warning => warning.StartsWith("1 closes are more than 20 % from the one before, first on row 3")
        );
        Assert.Equal(2, report.BarsKept);
    }

    [Fact]
    public async Task A_million_rows_come_in_and_out_unchanged()
    {
        const int count = 1_000_000;
        var text = new StringBuilder("time,open,high,low,close,volume\n", count * 48);
        for (var i = 0; i < count; i++)
        {
            text.Append(1_000_000_020L + (i * 60L))
                .Append(",1.5,1.75,1.25,1.")
                .Append((i % 25) + 25)
                .Append(',')
                .Append(i)
                .Append('\n');
        }

        var bars = await BarsAsync(_home.Write("b.csv", text.ToString()), new("X", Timeframe.M1));
        Assert.Equal((count, 999_999, 1.49), (bars.Count, bars.Volume[^1], bars.Close[^1]));
    }

    private static long Unix(int year, int month, int day, int hour) =>
        new DateTimeOffset(year, month, day, hour, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    [Fact]
    public async Task A_price_is_the_double_nearest_to_what_is_written_however_long_it_is()
    {
        var random = new Random(3);
        string[] written =
        [
            "5.",
            ".5",
            "1e0",
            "1.5E-3",
            "0001.25",
            "999999999999999",
            "99999999999999.9",
            "9007199254740993",
            "0.100000000000001",
            "0.1000000000000000055511151231257827",
            .. Enumerable
                .Range(0, 390)
                .Select(_ => (random.NextDouble() * 2).ToString($"F{random.Next(1, 18)}", CultureInfo.InvariantCulture))
                .Where(price => double.Parse(price, CultureInfo.InvariantCulture) > 0),
        ];
        var rows = written.Select(
            (price, day) => $"{new DateTime(2020, 1, 1).AddDays(day):yyyy-MM-dd},{price},{price},{price},{price},1"
        );
        var file = _home.Write("prices.csv", "timestamp,open,high,low,close,volume\n" + string.Join('\n', rows));

        var bars = await BarsAsync(file, new("PRICES", Timeframe.D1));

        Assert.Equal(written.Select(price => double.Parse(price, CultureInfo.InvariantCulture)), bars.Close.ToArray());
    }
}
