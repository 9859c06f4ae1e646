using System.IO.Compression;
using Ktrdr.Archive;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>Reading real bars: from CSV that somebody else made, and once they are on hand.</summary>
internal sealed class ImportRows : RowGroup
{
    private const string Packed = "data/csv/EURUSD_1h.csv.gz";

    /// <inheritdoc/>
    public override string Name => "import";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Machine.Shared(Packed) is not { } path)
        {
            yield return Row.Skipped("import from CSV", "the shared folder is not beside the repository");
            yield break;
        }

        using var home = new BriefHome();
        var unpacked = Path.Combine(home.Folder, "EURUSD_1h.csv");
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
        using (var file = File.Create(unpacked))
        {
            packed.CopyTo(file);
        }

        var options = new ImportOptions("EURUSD", Timeframe.H1);
        long rows = 0;
        var rate = Warm(() =>
        {
            var seconds = ProcessorTime.Seconds(() =>
                rows = BarImport.Read(unpacked, options, CancellationToken.None).Read.Rows
            );
            return rows / seconds;
        });
        const string what = "import from CSV, after unpacking";
        yield return Row.AtLeast(what, 2e6, rate, "rows/s", null, $"{rows:N0} rows, read from a file and checked");

        var folder = new HomeFolder(home.Folder);
        new Datasets(folder).ImportAsync(unpacked, options, CancellationToken.None).GetAwaiter().GetResult();
        var text = folder.Resolve(DatasetFiles.BarsOf("EURUSD", Timeframe.H1));
        double Read() => 1e3 * ProcessorTime.Seconds(() => new DatasetFiles(folder).Load("EURUSD", Timeframe.H1));
        var first = Warm(() =>
        {
            BarCache.Drop(text);
            return Read();
        });
        yield return Row.Told(
            "bars on hand, read for the first time",
            first,
            "ms",
            null,
            "from text; the cache is built"
        );
        yield return Row.Told("bars on hand, read again", Warm(Read), "ms", null, "from the cache");
    }

    // The first ones are not counted: until it is compiled as well as it will be.
    private static Samples Warm(Func<double> measure)
    {
        Samples.Of(60, measure);
        return Samples.Of(15, measure);
    }
}
