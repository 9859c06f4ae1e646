using System.IO.Compression;
using Ktrdr.Archive;
using Ktrdr.Core;

namespace Ktrdr.Benchmarks;

/// <summary>Reading real bars from unpacked CSV.</summary>
internal sealed class ImportRows : RowGroup
{
    private const string File = "data/csv/EURUSD_1h.csv.gz";

    /// <inheritdoc/>
    public override string Name => "import";

    /// <inheritdoc/>
    public override IEnumerable<Row> Measure()
    {
        if (Machine.Shared(File) is not { } path)
        {
            yield return Row.Skipped("import from CSV", "the shared folder is not beside the repository");
            yield break;
        }

        using var file = new GZipStream(System.IO.File.OpenRead(path), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        file.CopyTo(unpacked);
        var options = new ImportOptions("EURUSD", Timeframe.H1);
        long rows = 0;
        double RowsPerSecond()
        {
            unpacked.Position = 0;
            var seconds = ProcessorTime.Seconds(() =>
                rows = BarReader.Read(path, unpacked, options, CancellationToken.None).Rows
            );
            return rows / seconds;
        }

        Samples.Of(20, RowsPerSecond); // until it is compiled as well as it will be
        var rate = Samples.Of(15, RowsPerSecond);
        yield return Row.AtLeast("import from CSV, after unpacking", 2e6, rate, "rows/s", null, $"{rows:N0} rows");
    }
}
