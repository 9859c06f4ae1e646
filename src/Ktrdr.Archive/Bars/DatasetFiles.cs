using System.Collections.Concurrent;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>The two files of each dataset: its bars and its record. The record comes last and makes it a dataset.</summary>
/// <remarks>Bars are kept in memory once read, for as long as neither file changes. Safe for many readers.</remarks>
/// <param name="home">Where they lie.</param>
/// <param name="keepsCache">Whether the cache of bars is kept up; false for a look that changes nothing.</param>
internal sealed class DatasetFiles(HomeFolder home, bool keepsCache = true)
{
    private const string Folder = "data";
    private readonly ConcurrentDictionary<string, (Stamp Stamp, Dataset Dataset)> _held = new(StringComparer.Ordinal);

    public static string BarsOf(string symbol, Timeframe timeframe) => PathOf(symbol, timeframe) + ".csv";

    public static string RecordOf(string symbol, Timeframe timeframe) => PathOf(symbol, timeframe) + ".json";

    /// <summary>The records of all datasets, or of one symbol's, by symbol and length of bar.</summary>
    public IReadOnlyList<DatasetRecord> Records(string? symbol) =>
        [
            .. Names("json")
                .Where(name => symbol is null || name.Symbol == symbol)
                .Select(name => Record(name.Symbol, name.Timeframe)),
        ];

    /// <summary>What is named like a dataset and has its record (<c>json</c>), or its bars (<c>csv</c>), in the same order.</summary>
    public IReadOnlyList<(string Symbol, Timeframe Timeframe)> Names(string kind)
    {
        var folder = home.Resolve(Folder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory
                .EnumerateFiles(folder, $"*.{kind}")
                .Select(Path.GetFileNameWithoutExtension)
                .Select(Parts)
                .OfType<(string Symbol, Timeframe Timeframe)>()
                .OrderBy(name => name.Symbol, StringComparer.Ordinal)
                .ThenBy(name => name.Timeframe),
        ];
    }

    /// <summary>Whether there is such a dataset.</summary>
    public bool Exists(string symbol, Timeframe timeframe) => File.Exists(home.Resolve(RecordOf(symbol, timeframe)));

    /// <summary>The record of a dataset.</summary>
    public DatasetRecord Record(string symbol, Timeframe timeframe)
    {
        var relative = RecordOf(symbol, timeframe);
        try
        {
            var record = ArchiveJson.Read<DatasetRecord>(relative, File.ReadAllBytes(home.Resolve(relative)));
            return record.Symbol == symbol && record.Timeframe == timeframe.Name
                ? record
                : throw new ArchiveDamagedException(relative, $"it speaks of {record.Symbol} {record.Timeframe}");
        }
        catch (ArchiveDamagedException fault)
        {
            throw new DatasetException(fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"The record {relative} cannot be read: {fault.Message}");
        }
    }

    /// <summary>A dataset with its bars, which are those its record speaks of up to the sealed window.</summary>
    public Dataset Load(string symbol, Timeframe timeframe)
    {
        var relative = BarsOf(symbol, timeframe);
        var path = home.Resolve(relative);
        var isThere = File.Exists(path);
        if (!isThere && keepsCache)
        {
            BarCache.Drop(path);
        }

        if (!Exists(symbol, timeframe))
        {
            throw new DatasetException(
                isThere
                    ? $"{relative} lies there without its record {RecordOf(symbol, timeframe)}. Make it a dataset with: "
                        + $"ktrdr data import {relative} --symbol {symbol} --timeframe {timeframe}"
                    : $"There is no dataset {symbol} {timeframe}. Import it with: "
                        + $"ktrdr data import FILE --symbol {symbol} --timeframe {timeframe}"
            );
        }

        if (!isThere)
        {
            throw new DatasetException(
                $"The dataset {symbol} {timeframe} has a record but its bars {relative} are gone. "
                    + $"Put them back, or delete {RecordOf(symbol, timeframe)} and import them again."
            );
        }

        var stamp = new Stamp(Mark(path), Mark(home.Resolve(RecordOf(symbol, timeframe))));
        if (_held.TryGetValue(relative, out var held) && held.Stamp == stamp)
        {
            return held.Dataset;
        }

        var dataset = new Dataset(Record(symbol, timeframe), Read(path, relative, timeframe));
        dataset.EnsureAsImported(Window.Learning, relative);
        dataset.EnsureAsImported(Window.Selection, relative);
        _held[relative] = (stamp, dataset);
        return dataset;
    }

    /// <summary>Writes both files, each whole, the record last.</summary>
    public Task WriteAsync(DatasetRecord record, Bars bars, CancellationToken cancellationToken)
    {
        var (barsAt, recordAt) = (BarsOf(record.Symbol, bars.Timeframe), RecordOf(record.Symbol, bars.Timeframe));
        var recorded = ArchiveJson.Write(record);
        return home.Mirror.AppearAsync(
            PathOf(record.Symbol, bars.Timeframe),
            LengthAsync,
            PackAsync,
            AppearAsync,
            cancellationToken
        );

        Task WriteBarsAsync(Stream stream) => BarFileWriter.WriteAsync(bars, stream, cancellationToken);

        async Task<long> LengthAsync() =>
            FilePack.LengthOf([
                (Path.GetFileName(barsAt), await LengthStream.OfAsync(WriteBarsAsync)),
                (Path.GetFileName(recordAt), recorded.Length),
            ]);

        async Task<byte[]> PackAsync()
        {
            using var text = new MemoryStream();
            await WriteBarsAsync(text);
            return FilePack.Of([
                KeyValuePair.Create(Path.GetFileName(barsAt), text.ToArray()),
                KeyValuePair.Create(Path.GetFileName(recordAt), recorded),
            ]);
        }

        async Task AppearAsync()
        {
            BarCache.Drop(home.Resolve(barsAt));
            await home.WriteWholeAsync(barsAt, WriteBarsAsync, cancellationToken);

            // Bars without their record are not the dataset they were: from here on there is no turning back.
            await home.WriteWholeAsync(recordAt, recorded, CancellationToken.None);
        }
    }

    private Bars Read(string path, string relative, Timeframe timeframe)
    {
        try
        {
            return keepsCache
                ? BarCache.Of(path, timeframe, () => ReadText(path, timeframe))
                : BarCache.Find(path, timeframe) ?? ReadText(path, timeframe);
        }
        catch (Exception fault) when (fault is ImportException or ArgumentException)
        {
            throw new DatasetException($"The bars {relative} are damaged: {fault.Message} Import them again.");
        }
    }

    private static Bars ReadText(string path, Timeframe timeframe)
    {
        var options = new ImportOptions("", timeframe);
        return BarFile
            .Read(path, stream => BarReader.Read(path, stream, options, CancellationToken.None))
            .Columns.ToBars(timeframe);
    }

    /// <summary>Symbol and timeframe that a name without its ending speaks of, or null when it is no dataset's.</summary>
    public static (string Symbol, Timeframe Timeframe)? Parts(string? name)
    {
        var cut = name?.LastIndexOf('_') ?? -1;
        return cut > 0 && HomeFolder.IsPlainName(name) && Timeframe.TryParse(name![(cut + 1)..], out var timeframe)
            ? (name[..cut], timeframe)
            : null;
    }

    private static string PathOf(string symbol, Timeframe timeframe) => $"{Folder}/{symbol}_{timeframe}";

    private static (long Length, DateTime Written) Mark(string path)
    {
        var file = new FileInfo(path);
        return (file.Length, file.LastWriteTimeUtc);
    }

    private readonly record struct Stamp((long Length, DateTime Written) Bars, (long Length, DateTime Written) Record);
}

/// <summary>A dataset in memory.</summary>
internal sealed class Dataset(DatasetRecord record, Bars bars)
{
    private readonly ConcurrentDictionary<Timeframe, Bars> _longer = new();

    public DatasetRecord Record => record;

    public Bars Bars => bars;

    /// <summary>Its bars, or longer ones made from them.</summary>
    public Bars As(Timeframe timeframe) => _longer.GetOrAdd(timeframe, longer => Resampling.To(bars, longer));

    /// <summary>Throws when the bars of a window are not those that were imported.</summary>
    public void EnsureAsImported(Window window, string relative)
    {
        if (WindowRecord.Of(bars, record.Borders, window) != record.WindowOf(window))
        {
            throw new DatasetException(
                $"The bars {relative} are not those that were imported: the {window.ToString().ToLowerInvariant()} window was "
                    + "changed since. Put them back, or delete the dataset and import it again."
            );
        }
    }

    /// <summary>Identity of the bars of a window, which were checked against their record when its borders are the record's.</summary>
    public string HashOf(Window window, Borders borders) =>
        borders == record.Borders ? record.WindowOf(window).Hash : WindowRecord.Of(bars, borders, window).Hash;

    public DatasetReport ToReport()
    {
        var (borders, timeframe) = (record.Borders, bars.Timeframe);
        // A spread column without one usable value says nothing about costs.
        var typicalSpread = Spreads.Median(WindowRecord.Cut(bars, borders, Window.Learning).Spread);
        var costs = Costs.For(record.Kind, Spreads.IsValid(typicalSpread));
        return new DatasetReport
        {
            Symbol = record.Symbol,
            Timeframe = timeframe,
            Kind = record.Kind,
            Synthetic = record.Synthetic,
            Path = DatasetFiles.BarsOf(record.Symbol, timeframe),
            Bars = bars.Count,
            Start = record.Start,
            End = record.End,
            Costs = costs,
            CostsInWords = InWords(costs),
            TypicalSpread = typicalSpread,
            SpreadIssues = SpreadIssues.Of(bars.Spread),
            Gaps = GapSummary.Of(bars, record.Kind),
            Windows =
            [
                Report(Window.Learning, record.Start, record.LearningEnd),
                Report(Window.Selection, record.LearningEnd, record.SelectionEnd),
                Report(Window.Sealed, record.SelectionEnd, record.End),
            ],
        };
    }

    private WindowReport Report(Window window, DateTimeOffset from, DateTimeOffset to) =>
        new(window, from, to, record.WindowOf(window).Bars, record.WindowOf(window).Hash);

    private static string InWords(Costs costs) =>
        costs.UsesDataSpread
            ? "the spread in the data, no commission"
            : $"{costs.Spread * 1e4:0.##} basis points of spread, "
                + (costs.Commission == 0 ? "no commission" : $"{costs.Commission * 1e4:0.##} of commission a fill");
}
