using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>The datasets of a home: bars somebody imported, and the sample market.</summary>
/// <remarks>
/// A dataset's borders are fixed when it is first imported. A later import may add or correct bars of the sealed window; one
/// that would change what strategies were designed, trained or selected on is refused.
/// </remarks>
public sealed class Datasets(HomeFolder home) : IBarSource
{
    private const int LongestSymbol = 20;
    private const int LeastOverlapBars = 50;
    private const long LeastOverlapSeconds = 7 * 86_400;

    private readonly DatasetFiles _files = new(home);
    private readonly SemaphoreSlim _importing = new(1, 1);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<DatasetSummary>>(
            () => [.. _files.Records(null).Select(record => record.ToSummary())],
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<MarketWindow> ReadAsync(
        string symbol,
        Timeframe baseTimeframe,
        IReadOnlyList<Timeframe> timeframes,
        Window window,
        CancellationToken cancellationToken
    ) =>
        Task.Run(() => Read(CheckedSymbol(symbol), baseTimeframe, timeframes, window), cancellationToken)
            .WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<DatasetSummary> EnsureSampleAsync(CancellationToken cancellationToken)
    {
        await _importing.WaitAsync(cancellationToken);
        try
        {
            if (!_files.Exists(SampleMarket.Symbol, SampleMarket.Timeframe))
            {
                var bars = SampleMarket.Make();
                var borders = BordersOf(bars);
                var record = RecordOf(SampleMarket.Symbol, InstrumentKind.Forex, bars, borders, "made up by ktrdr", 1);
                await _files.WriteAsync(record with { Synthetic = true }, bars, cancellationToken);
            }

            return _files.Record(SampleMarket.Symbol, SampleMarket.Timeframe).ToSummary();
        }
        finally
        {
            _importing.Release();
        }
    }

    /// <summary>Everything about one dataset.</summary>
    /// <exception cref="DatasetException">There is none, or its files do not belong together.</exception>
    public Task<DatasetReport> ShowAsync(string symbol, Timeframe timeframe, CancellationToken cancellationToken) =>
        Task.Run(() => _files.Load(CheckedSymbol(symbol), timeframe).ToReport(), cancellationToken);

    /// <summary>Reads a file of bars into a dataset, all of it or nothing.</summary>
    /// <param name="file">A CSV, plain or gzip, or an archive of LEAN's.</param>
    /// <param name="options">What the person says about it.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    /// <exception cref="ImportException">The file cannot be used; every fault is named.</exception>
    /// <exception cref="DatasetException">The import does not fit the dataset that is there.</exception>
    /// <exception cref="IOException">The home cannot be written to.</exception>
    public async Task<ImportReport> ImportAsync(string file, ImportOptions options, CancellationToken cancellationToken)
    {
        var symbol = CheckedSymbol(options.Symbol);
        if (symbol == SampleMarket.Symbol)
        {
            throw new DatasetException($"{symbol} is the name of the made-up market; choose another symbol.");
        }

        var imported = await Task.Run(() => BarImport.Read(file, options, cancellationToken), cancellationToken);
        await _importing.WaitAsync(cancellationToken);
        try
        {
            // What is added is added to the dataset as it is now, wherever it was lengthened last.
            await home.Mirror.CatchUpAsync(cancellationToken);
            return await KeepAsync(symbol, Path.GetFileName(file), imported, options, cancellationToken);
        }
        finally
        {
            _importing.Release();
        }
    }

    private async Task<ImportReport> KeepAsync(
        string symbol,
        string source,
        ImportedBars imported,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        var origin = imported.Read.Origin;
        var held = _files.Exists(symbol, options.Timeframe) ? _files.Load(symbol, options.Timeframe) : null;
        var kind = KindOf(symbol, origin, options, held);
        var bars = held is null ? imported.Bars : BarMerge.Of(held, imported.Bars);
        var borders = held?.Record.Borders ?? BordersOf(bars);
        var record = RecordOf(symbol, kind, bars, borders, source, origin.PriceScale);
        await _files.WriteAsync(record, bars, cancellationToken);
        return new ImportReport
        {
            Dataset = new Dataset(record, bars).ToReport(),
            Source = source,
            Format = origin.Format,
            RowsRead = imported.Read.Rows,
            BarsKept = imported.Bars.Count,
            BarsAdded = bars.Count - (held?.Bars.Count ?? 0),
            KindReason = kind == origin.Kind ? origin.Reason : "the datasets of this symbol that are on hand",
            PriceScale = origin.PriceScale,
            TimeZone = imported.Read.TimeZone,
            Repairs = imported.Repairs,
            Warnings = imported.Warnings,
        };
    }

    // One symbol is one thing: what is on hand decides where the person did not, and may not be contradicted.
    private InstrumentKind KindOf(string symbol, Origin origin, ImportOptions options, Dataset? held)
    {
        var known = held?.Record ?? _files.Records(symbol).FirstOrDefault();
        if (known is not null && options.Kind is { } told && told != known.Kind)
        {
            throw new DatasetException(
                $"{symbol} {known.Timeframe} is on hand as {Name(known.Kind)}; it cannot be {Name(told)} as well. "
                    + "Choose another symbol, or delete the dataset."
            );
        }

        return known?.Kind ?? origin.Kind;
    }

    private MarketWindow Read(
        string symbol,
        Timeframe baseTimeframe,
        IReadOnlyList<Timeframe> timeframes,
        Window window
    )
    {
        var onHand = _files.Records(symbol).Select(record => Timeframe.Parse(record.Timeframe)).ToList();
        var sources = timeframes
            .Append(baseTimeframe)
            .Distinct()
            .ToDictionary(wanted => wanted, wanted => _files.Load(symbol, SourceOf(symbol, wanted, onHand)));
        var used = sources.Values.Distinct().OrderBy(source => source.Bars.Timeframe).ToList();
        var borders = used.Select(source => source.Record.Borders).Aggregate(Borders.Earliest);
        if (window == Window.Sealed)
        {
            used.ForEach(source =>
                source.EnsureAsImported(Window.Sealed, DatasetFiles.BarsOf(symbol, source.Bars.Timeframe))
            );
        }

        var end = borders.EndOf(window);
        var series = sources.ToDictionary(pair => pair.Key, pair => Until(pair.Value.As(pair.Key), end));
        var bars = series[baseTimeframe];
        var first = bars.IndexFrom(borders.StartOf(window));
        if (first == bars.Count)
        {
            throw new DatasetException(
                $"{symbol} {baseTimeframe} has no bars in its {Name(window)} window. Import a longer history under another symbol."
            );
        }

        foreach (var (timeframe, other) in series)
        {
            EnsureOverlap(symbol, bars, other, timeframe, sources[timeframe] == sources[baseTimeframe]);
        }

        var record = sources[baseTimeframe].Record;
        return new MarketWindow
        {
            Symbol = symbol,
            Kind = record.Kind,
            Synthetic = used.Any(source => source.Record.Synthetic),
            Window = window,
            BaseTimeframe = baseTimeframe,
            Series = series,
            First = first,
            Hash = HashOf(baseTimeframe, used, borders, window),
            TypicalSpread = Spreads.Median(WindowRecord.Cut(bars, borders, Window.Learning).Spread),
        };
    }

    private static Timeframe SourceOf(string symbol, Timeframe wanted, List<Timeframe> onHand)
    {
        if (onHand.Exists(timeframe => timeframe.CompareTo(wanted) <= 0))
        {
            return onHand.Last(timeframe => timeframe.CompareTo(wanted) <= 0);
        }

        // Nothing of this symbol: the dataset of that very timeframe is the one to miss.
        return onHand.Count == 0
            ? wanted
            : throw new DatasetException(
                $"{symbol} is on hand as {string.Join(", ", onHand)}; {wanted} cannot be made from longer bars. Import it with: "
                    + $"ktrdr data import FILE --symbol {symbol} --timeframe {wanted}"
            );
    }

    // A bar that closes after the end is not whole before it, wherever it started.
    private static Bars Until(Bars bars, long end)
    {
        var count = end == long.MaxValue ? bars.Count : bars.IndexFrom(end - bars.Timeframe.Seconds + 1);
        return bars.Slice(0, count);
    }

    private static void EnsureOverlap(string symbol, Bars bars, Bars other, Timeframe timeframe, bool sameSource)
    {
        if (other.Count == 0)
        {
            throw new DatasetException(
                $"{symbol} has no closed bar of {timeframe} in the window; choose a shorter timeframe."
            );
        }

        if (sameSource)
        {
            return;
        }

        var from = Math.Max(bars.Times[0], other.Times[0]);
        var to = Math.Min(bars.CloseTime(bars.Count - 1), other.CloseTime(other.Count - 1));
        if (bars.IndexFrom(to) - bars.IndexFrom(from) < LeastOverlapBars || to - from < LeastOverlapSeconds)
        {
            throw new DatasetException(
                $"{symbol} {bars.Timeframe} and {timeframe} overlap for less than {LeastOverlapBars} bars or 7 days: "
                    + $"{bars.Timeframe} goes from {Iso.Of(bars.Times[0])} to {Iso.Of(bars.CloseTime(bars.Count - 1))}, {timeframe} from "
                    + $"{Iso.Of(other.Times[0])} to {Iso.Of(other.CloseTime(other.Count - 1))}. Import data of the same years."
            );
        }
    }

    // The identity of what was read is that of the imported bars it was made from; of one dataset, simply its window's.
    private static string HashOf(Timeframe baseTimeframe, List<Dataset> used, Borders borders, Window window)
    {
        var hashes = used.Select(source => (source.Bars.Timeframe, Hash: source.HashOf(window, borders))).ToList();
        if (hashes is [var only] && only.Timeframe == baseTimeframe)
        {
            return only.Hash;
        }

        var lines = string.Concat(hashes.Select(one => $"{one.Timeframe} {one.Hash}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{baseTimeframe} of\n{lines}")));
    }

    private static Borders BordersOf(Bars bars) =>
        Borders.Cut(bars.Times[0], bars.CloseTime(bars.Count - 1), bars.Timeframe);

    private static DatasetRecord RecordOf(
        string symbol,
        InstrumentKind kind,
        Bars bars,
        Borders borders,
        string source,
        double priceScale
    ) =>
        new()
        {
            Symbol = symbol,
            Timeframe = bars.Timeframe.Name,
            Kind = kind,
            Synthetic = false,
            HasSpread = bars.HasSpread,
            HasVolume = bars.Volume.ContainsAnyExcept(0),
            LearningEnd = DateTimeOffset.FromUnixTimeSeconds(borders.LearningEnd),
            SelectionEnd = DateTimeOffset.FromUnixTimeSeconds(borders.SelectionEnd),
            Start = DateTimeOffset.FromUnixTimeSeconds(bars.Times[0]),
            End = DateTimeOffset.FromUnixTimeSeconds(bars.CloseTime(bars.Count - 1)),
            Learning = WindowRecord.Of(bars, borders, Window.Learning),
            Selection = WindowRecord.Of(bars, borders, Window.Selection),
            Sealed = WindowRecord.Of(bars, borders, Window.Sealed),
            Source = source,
            PriceScale = priceScale,
        };

    private static string CheckedSymbol(string symbol) =>
        symbol.Length <= LongestSymbol && HomeFolder.IsPlainName(symbol)
            ? symbol.ToUpperInvariant()
            : throw new DatasetException(
                $"'{(symbol.Length <= 40 ? symbol : symbol[..40] + "…")}' cannot be a symbol. Use 1 to {LongestSymbol} letters, digits, _ - and dots inside; "
                    + "no device name such as CON."
            );

    private static string Name(Enum value) => value.ToString().ToLower(CultureInfo.InvariantCulture);
}
