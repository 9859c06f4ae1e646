using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive.Tests;

public sealed class DatasetsTests : IDisposable
{
    private const int Hours = 2_000;

    // Monday 2024-01-01 00:00 UTC.
    private const long Start = 1_704_067_200;
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    private Datasets Datasets => new(_home.Folder);

    private string BarsFile => _home.Folder.Resolve("data/X_1h.csv");

    private Task<ImportReport> ImportAsync(string text, Timeframe? timeframe = null) =>
        Datasets.ImportAsync(
            _home.Write("bars.csv", text),
            new ImportOptions("x", timeframe ?? Timeframe.H1),
            CancellationToken.None
        );

    private Task<MarketWindow> ReadAsync(Window window, Timeframe? decide = null, params Timeframe[] others) =>
        Datasets.ReadAsync("x", decide ?? Timeframe.H1, others, window, CancellationToken.None);

    [Theory]
    [InlineData("0")]
    [InlineData("")]
    public async Task A_spread_column_without_a_usable_value_costs_what_forex_without_spread_costs(string spread)
    {
        var rows = Enumerable.Range(0, 100).Select(hour => $"{Start + (hour * 3_600L)},1.1,1.2,1.0,1.15,5,{spread}");
        var report = await ImportAsync($"time,open,high,low,close,volume,spread\n{string.Join('\n', rows)}\n");

        Assert.Equal(
            new Costs(UsesDataSpread: false, Spread: 0.0001, Commission: 0, Slippage: 0),
            report.Dataset.Costs
        );
    }

    [Fact]
    public async Task Time_is_cut_60_20_20_and_no_window_holds_a_later_bar()
    {
        var windows = (await ImportAsync(Text(Hours))).Dataset.Windows;
        Assert.Equal([1_200, 400, 400], windows.Select(window => window.Bars));
        foreach (
            var (window, first, count) in new[]
            {
                (Window.Learning, 0, 1_200),
                (Window.Selection, 1_200, 1_600),
                (Window.Sealed, 1_600, 2_000),
            }
        )
        {
            var read = await ReadAsync(window, others: [Timeframe.H4, Timeframe.D1]);
            Assert.Equal((first, count), (read.First, read.Base.Count));
            Assert.Equal(windows[(int)window].Hash, read.Hash);
            Assert.All(
                read.Series.Values,
                bars => Assert.True(bars.CloseTime(bars.Count - 1) <= Start + (count * 3_600L))
            );
        }
    }

    [Fact]
    public async Task A_longer_bar_across_the_border_is_not_there()
    {
        await ImportAsync(Text(Hours));

        // 1,200 hours are 50 days and 300 bars of four hours; 1,600 are 66 days and two thirds.
        Assert.Equal(300, (await ReadAsync(Window.Learning, others: Timeframe.H4)).Series[Timeframe.H4].Count);
        Assert.Equal(66, (await ReadAsync(Window.Selection, others: Timeframe.D1)).Series[Timeframe.D1].Count);
    }

    [Fact]
    public async Task Noise_in_the_sealed_bars_changes_nothing_before_them()
    {
        await ImportAsync(Text(Hours));
        Timeframe[] others = [Timeframe.H4, Timeframe.D1, Timeframe.W1];
        var (learning, selection) = (
            await ReadAsync(Window.Learning, null, others),
            await ReadAsync(Window.Selection, null, others)
        );

        var lines = await File.ReadAllLinesAsync(BarsFile);
        var noise = new Seed(7).For("noise");
        for (var row = 1 + 1_600; row < lines.Length; row++)
        {
            lines[row] = FormattableString.Invariant(
                $"{lines[row].Split(',')[0]},5,9,1,{1 + noise.NextDouble()},3,{noise.NextDouble()}"
            );
        }

        await File.WriteAllLinesAsync(BarsFile, lines);
        AssertSame(learning, await ReadAsync(Window.Learning, null, others));
        AssertSame(selection, await ReadAsync(Window.Selection, null, others));
        var refused = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Sealed));
        Assert.Contains("the sealed window was changed since", refused.Message);
    }

    [Fact]
    public async Task A_later_import_lengthens_only_the_sealed_window()
    {
        var before = (await ImportAsync(Text(Hours))).Dataset.Windows;
        var learning = await ReadAsync(Window.Learning);
        var report = await ImportAsync(Text(Hours + 500));
        Assert.Equal(500, report.BarsAdded);
        Assert.Equal([1_200, 400, 900], report.Dataset.Windows.Select(window => window.Bars));
        Assert.Equal(before.Take(2), report.Dataset.Windows.Take(2));
        AssertSame(learning, await ReadAsync(Window.Learning));
        Assert.Equal(2_500, (await ReadAsync(Window.Sealed)).Base.Count);
    }

    [Fact]
    public async Task An_import_that_would_change_what_was_learned_is_refused()
    {
        await ImportAsync(Text(Hours));
        var kept = await File.ReadAllBytesAsync(BarsFile);
        var lines = Text(Hours + 500).Split('\n');
        lines[101] = string.Join(',', lines[101].Split(',').Select((value, column) => column == 5 ? "77" : value));
        var refused = await Assert.ThrowsAsync<DatasetException>(() => ImportAsync(string.Join('\n', lines)));
        Assert.Contains(
            "1 bars before 2024-03-07T16:00:00Z, first 2024-01-05T04:00:00Z, volume 100 to 77",
            refused.Message
        );
        Assert.Contains("under another symbol", refused.Message);
        Assert.Equal(kept, await File.ReadAllBytesAsync(BarsFile));
    }

    [Fact]
    public async Task The_same_import_twice_changes_nothing()
    {
        await ImportAsync(Text(Hours));
        var kept = await File.ReadAllBytesAsync(BarsFile);
        Assert.Equal(0, (await ImportAsync(Text(Hours))).BarsAdded);
        Assert.Equal(kept, await File.ReadAllBytesAsync(BarsFile));
    }

    [Fact]
    public async Task Of_several_datasets_the_earliest_borders_count_for_all()
    {
        await ImportAsync(Text(Hours));
        await ImportAsync(Text(250, 4), Timeframe.H4);

        // The longer bars end after 1,000 hours: learning ends at 600 of them, on the grid of four hours.
        var learning = await ReadAsync(Window.Learning, others: Timeframe.H4);
        Assert.Equal((600, 150), (learning.Base.Count, learning.Series[Timeframe.H4].Count));
        Assert.NotEqual((await ReadAsync(Window.Learning)).Hash, learning.Hash);
    }

    [Fact]
    public async Task A_timeframe_that_is_not_on_hand_is_made_from_the_longest_shorter_one()
    {
        await ImportAsync(Text(Hours));
        var window = await ReadAsync(Window.Learning, Timeframe.H4);
        Assert.Equal((300, Timeframe.H4), (window.Base.Count, window.Base.Timeframe));
        var refused = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Learning, Timeframe.M5));
        Assert.Contains("X is on hand as 1h; 5m cannot be made from longer bars", refused.Message);
    }

    [Fact]
    public async Task The_typical_spread_is_the_median_of_the_valid_ones_learned_from()
    {
        await ImportAsync(Text(Hours));

        // Row i has a spread of (i % 4) hundredths; a quarter is zero and does not count.
        Assert.Equal(0.02, (await ReadAsync(Window.Selection)).TypicalSpread);
    }

    [Fact]
    public async Task Bars_without_their_record_and_a_record_without_its_bars_are_told_apart()
    {
        var missing = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Learning));
        Assert.Contains("There is no dataset X 1h. Import it with: ktrdr data import", missing.Message);

        await ImportAsync(Text(Hours));
        var record = _home.Folder.Resolve("data/X_1h.json");
        File.Move(record, record + ".away");
        Assert.Contains(
            "without its record",
            (await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Learning))).Message
        );

        File.Move(record + ".away", record);
        File.Delete(BarsFile);
        Assert.Contains(
            "its bars data/X_1h.csv are gone",
            (await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Learning))).Message
        );

        await File.WriteAllTextAsync(record, "{ \"symbol\": ");
        Assert.Contains(
            "data/X_1h.json is damaged",
            (await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Learning))).Message
        );
    }

    [Fact]
    public async Task A_learning_bar_that_was_edited_by_hand_is_noticed()
    {
        await ImportAsync(Text(Hours));
        var lines = await File.ReadAllLinesAsync(BarsFile);
        lines[5] = lines[6].Replace(lines[6].Split(',')[0], lines[5].Split(',')[0]);
        await File.WriteAllLinesAsync(BarsFile, lines);
        var refused = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Window.Learning));
        Assert.Contains("the learning window was changed since", refused.Message);
    }

    [Fact]
    public async Task The_sample_market_says_everywhere_that_it_is_made_up()
    {
        var summary = await Datasets.EnsureSampleAsync(CancellationToken.None);
        Assert.Equal(
            ("SAMPLE", true, InstrumentKind.Forex, true),
            (summary.Symbol, summary.Synthetic, summary.Kind, summary.HasSpread)
        );
        Assert.Equal(summary, await Datasets.EnsureSampleAsync(CancellationToken.None));
        Assert.Equal(summary, Assert.Single(await Datasets.ListAsync(CancellationToken.None)));
        Assert.True(
            (
                await Datasets.ReadAsync(
                    "sample",
                    Timeframe.H1,
                    [Timeframe.D1],
                    Window.Learning,
                    CancellationToken.None
                )
            ).Synthetic
        );
        Assert.True((await Datasets.ShowAsync("SAMPLE", Timeframe.H1, CancellationToken.None)).Synthetic);

        var path = _home.Write("bars.csv", Text(Hours));
        await Assert.ThrowsAsync<DatasetException>(() =>
            Datasets.ImportAsync(path, new ImportOptions("sample", Timeframe.H1), CancellationToken.None)
        );
    }

    private static void AssertSame(MarketWindow expected, MarketWindow actual)
    {
        Assert.Equal(
            (expected.Hash, expected.First, expected.TypicalSpread),
            (actual.Hash, actual.First, actual.TypicalSpread)
        );
        Assert.Equal(
            expected.Series.Select(pair => (pair.Key, BarsHash.Of(pair.Value))),
            actual.Series.Select(pair => (pair.Key, BarsHash.Of(pair.Value)))
        );
    }

    internal static string Text(int count, int hours = 1)
    {
        var text = new StringBuilder("timestamp,open,high,low,close,volume,spread\n");
        for (var i = 0; i < count; i++)
        {
            text.Append(Start + (i * hours * 3_600L)).Append($",1.5,1.9,1.1,1.{(i % 50) + 20},{i},0.0{i % 4}\n");
        }

        return text.ToString();
    }
}
