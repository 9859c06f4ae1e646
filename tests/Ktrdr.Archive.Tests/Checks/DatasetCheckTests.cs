using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Archive.Tests;

public sealed class DatasetCheckTests : IDisposable
{
    // Monday 2024-01-01 00:00 UTC.
    private const long Start = 1_704_067_200;
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_home_without_datasets_needs_none() => Assert.Equal(FindingLevel.Ok, Only().Level);

    [Fact]
    public async Task Imported_bars_are_as_they_were_imported_and_no_cache_is_made_or_lost()
    {
        await ImportAsync(Enumerable.Range(0, 500));
        var before = Files();

        var finding = Only();

        Assert.Equal(
            (FindingLevel.Ok, "dataset X 1h", "500 bars, as they were imported"),
            (finding.Level, finding.What, finding.Value)
        );
        Assert.Equal(before, Files());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(350)]
    [InlineData(490)]
    public async Task A_bar_that_was_changed_since_is_found_in_every_window(int bar)
    {
        await ImportAsync(Enumerable.Range(0, 500));
        var lines = File.ReadAllLines(BarsFile);
        lines[bar] = lines[bar].Replace("1.15", "1.16", StringComparison.Ordinal);
        File.WriteAllLines(BarsFile, lines);

        var finding = Only();

        Assert.Equal(FindingLevel.Wrong, finding.Level);
        Assert.Contains("not those that were imported", finding.Why);
    }

    [Fact]
    public async Task A_record_that_is_damaged_does_not_hide_the_other_datasets()
    {
        await ImportAsync(Enumerable.Range(0, 500));
        File.WriteAllText(_home.Folder.Resolve("data/A_1h.json"), "{");

        var findings = new DatasetCheck(_home.Folder, new StoppedClock()).Of();

        Assert.Equal(
            [("dataset A 1h", FindingLevel.Wrong), ("dataset X 1h", FindingLevel.Ok)],
            findings.Select(finding => (finding.What, finding.Level))
        );
    }

    [Fact]
    public async Task Bars_whose_file_is_gone_are_wrong_and_their_cache_stays()
    {
        await ImportAsync(Enumerable.Range(0, 500));
        await new Datasets(_home.Folder).ReadAsync("X", Timeframe.H1, [], Window.Learning, CancellationToken.None);
        File.Delete(BarsFile);
        var before = Files();

        Assert.Equal(FindingLevel.Wrong, Only().Level);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Bars_without_a_record_are_worth_a_look_and_told_how_to_become_a_dataset()
    {
        _home.Write("home/data/X_1h.csv", "time,open,high,low,close,volume\n");
        var finding = Only();

        Assert.Equal(FindingLevel.Warning, finding.Level);
        Assert.Contains("ktrdr data import data/X_1h.csv", finding.Why);
    }

    [Theory]
    [InlineData(5, FindingLevel.Ok)]
    [InlineData(6, FindingLevel.Warning)]
    public async Task Gaps_that_nothing_explains_may_cost_one_bar_in_a_hundred(int missing, FindingLevel level)
    {
        // Of a market that never rests.
        await ImportAsync(Enumerable.Range(0, 500 + missing).Where(hour => hour < 100 || hour >= 100 + missing));
        var finding = Only();

        Assert.Equal(level, finding.Level);
        Assert.Contains($"1 gaps that no calendar explains, {missing} bars long", finding.Value);
    }

    /// <summary>Nobody's patience ends.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private string BarsFile => _home.Folder.Resolve("data/X_1h.csv");

    private Finding Only() => Assert.Single(new DatasetCheck(_home.Folder, new StoppedClock()).Of());

    private async Task ImportAsync(IEnumerable<int> hours)
    {
        var rows = hours.Select(hour => $"{Start + (hour * 3_600L)},1.1,1.2,1.0,1.15,5");
        await new Datasets(_home.Folder).ImportAsync(
            _home.Write("bars.csv", $"time,open,high,low,close,volume\n{string.Join('\n', rows)}\n"),
            new ImportOptions("x", Timeframe.H1, InstrumentKind.Crypto),
            CancellationToken.None
        );
    }

    private string[] Files() =>
        [
            .. new DirectoryInfo(_home.Folder.Root)
                .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(file => $"{file.FullName} {file.LastWriteTimeUtc:O}")
                .Order(StringComparer.Ordinal),
        ];
}
