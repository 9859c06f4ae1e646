using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>Bars of a file that is not a dataset, for a look or a computation. Nothing is kept.</summary>
public static class BarFiles
{
    /// <summary>Reads a file under the rules of an import; the spacing of its bars tells their timeframe.</summary>
    /// <param name="file">A CSV, plain or gzip, or an archive of LEAN's.</param>
    /// <param name="timeZone">The zone of times that name none, or null when they do.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ImportException">The file cannot be used; every fault is named.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Bars Read(string file, string? timeZone, CancellationToken cancellationToken)
    {
        // Read as days first, since only days may go without a zone; bars that turn out shorter are read as what they are.
        var days = Columns(file, Timeframe.D1, timeZone, cancellationToken);
        var timeframe = Spacing(days);
        return timeframe.CompareTo(Timeframe.D1) >= 0
            ? days.ToBars(timeframe)
            : Columns(file, timeframe, timeZone, cancellationToken).ToBars(timeframe);
    }

    private static BarColumns Columns(
        string file,
        Timeframe timeframe,
        string? timeZone,
        CancellationToken cancellationToken
    )
    {
        var options = new ImportOptions("FILE", timeframe, Kind: null, timeZone);
        return BarImport.Sorted(file, options, cancellationToken).Columns;
    }

    private static Timeframe Spacing(BarColumns columns)
    {
        var least = long.MaxValue;
        for (var i = 1; i < columns.Count; i++)
        {
            least = Math.Min(least, columns.Times[i] - columns.Times[i - 1]);
        }

        return Timeframe.All.LastOrDefault(one => one.Seconds <= least, Timeframe.M1);
    }
}
