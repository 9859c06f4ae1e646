using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>Turns a file of somebody else's into bars, or says why it cannot.</summary>
/// <remarks>
/// <para><b>Repaired, and counted with the first case:</b> rows out of order are sorted; a duplicate that says the same is
/// removed; a high or low that does not hold open and close is widened to do so; a volume of −1 becomes 0.</para>
/// <para><b>Kept and counted:</b> spreads that are zero, negative or missing; gaps; a close more than 20 % from the one
/// before.</para>
/// <para><b>Refused, with row and value:</b> everything else. Nothing is ever made up.</para>
/// </remarks>
internal static class BarImport
{
    private const double Outlier = 0.2;
    private const int EnoughToTell = 10;

    public static ImportedBars Read(string file, ImportOptions options, CancellationToken cancellationToken)
    {
        var (read, columns, repairs) = Sorted(file, options, cancellationToken);
        EnsureSpacing(columns, options.Timeframe, read.IsLocal, file);
        return new ImportedBars(columns.ToBars(options.Timeframe), read, repairs, Warnings(columns, read, options));
    }

    /// <summary>The rows of a file in order of time, each time once.</summary>
    public static (BarsRead Read, BarColumns Columns, List<Repair> Repairs) Sorted(
        string file,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        // A name that is no zone is refused even where the times name their own: it was meant to say something.
        if (options.TimeZone is { } zone)
        {
            LocalClock.Find(zone, file);
        }

        var read = BarFile.Read(file, stream => BarReader.Read(file, stream, options, cancellationToken));
        var columns = read.Columns;
        var repairs = read.Repairs.ToList();
        if (!columns.IsRising)
        {
            Sort(columns, repairs);
            RemoveDuplicates(columns, repairs, file);
        }

        return (read, columns, repairs);
    }

    private static void Sort(BarColumns columns, List<Repair> repairs)
    {
        var early = 0;
        for (var i = 1; i < columns.Count && early == 0; i++)
        {
            early = columns.Times[i] < columns.Times[i - 1] ? i : 0;
        }

        if (early == 0)
        {
            return;
        }

        var (row, time) = (columns.Rows[early], columns.Times[early]);
        repairs.Add(new Repair("out of order: sorted", columns.Sort(), row, Iso.Of(time)));
    }

    private static void RemoveDuplicates(BarColumns columns, List<Repair> repairs, string file)
    {
        var faults = new Faults(file);
        var tally = new Tally("the same bar again: removed");
        var kept = new int[columns.Count];
        var count = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (count == 0 || columns.Times[i] != columns.Times[kept[count - 1]])
            {
                kept[count++] = i;
                continue;
            }

            var (row, first) = (columns.Rows[i], kept[count - 1]);
            if (columns[i] == columns[first])
            {
                tally.Count(row, Iso.Of(columns.Times[i]));
                continue;
            }

            faults.Add(
                row,
                $"{Iso.Of(columns.Times[i])} was on row {columns.Rows[first]} already, with other values "
                    + $"(close {columns[first].Close}, now {columns[i].Close}). Remove the wrong one."
            );
        }

        faults.ThrowIfAny();
        if (tally.Repair is { } repair)
        {
            repairs.Add(repair);
            columns.Keep(kept.AsSpan(0, count));
        }
    }

    // Bars may start anywhere, such as hours from 09:30, but never before the one before has ended. Local clocks that change
    // make one long bar of a day an hour shorter; that is no overlap.
    private static void EnsureSpacing(BarColumns columns, Timeframe timeframe, bool isLocal, string file)
    {
        var shortest =
            isLocal && timeframe.Seconds >= Timeframe.H4.Seconds ? timeframe.Seconds - 3_600 : timeframe.Seconds;
        var (least, at) = (long.MaxValue, 0);
        for (var i = 1; i < columns.Count; i++)
        {
            var step = columns.Times[i] - columns.Times[i - 1];
            (least, at) = step < least ? (step, i) : (least, at);
        }

        if (least < shortest)
        {
            var fits = Timeframe.All.LastOrDefault(one => one.Seconds <= least, Timeframe.M1);
            throw new ImportException(
                file,
                [
                    new RowFault(
                        columns.Rows[at],
                        $"{Iso.Of(columns.Times[at])} is {least / 60.0:0.##} minutes after the bar before, less than {timeframe}. "
                            + $"The timeframe that fits is {fits}: use --timeframe {fits}."
                    ),
                ],
                1
            );
        }

        var longer = Timeframe.All.LastOrDefault(one => one.Seconds <= least, timeframe);
        if (columns.Count >= EnoughToTell && longer.CompareTo(timeframe) > 0)
        {
            throw new ImportException(
                file,
                $"no two bars are closer than {longer}, so these are not bars of {timeframe}: use --timeframe {longer}."
            );
        }
    }

    private static List<string> Warnings(BarColumns columns, BarsRead read, ImportOptions options)
    {
        var warnings = new List<string>();
        var (count, first) = (0, 0);
        for (var i = 1; i < columns.Count; i++)
        {
            if (Math.Abs((columns.Close[i] / columns.Close[i - 1]) - 1) > Outlier)
            {
                (count, first) = (count + 1, count == 0 ? i : first);
            }
        }

        if (count > 0)
        {
            warnings.Add(
                $"{count} closes are more than 20 % from the one before, first on row {columns.Rows[first]} "
                    + $"({Iso.Of(columns.Times[first])}: {columns.Close[first - 1]} to {columns.Close[first]}); nothing was changed."
            );
        }

        if (read.Layout.Unused.Count > 0)
        {
            warnings.Add($"nothing was taken from the columns {string.Join(", ", read.Layout.Unused)}.");
        }

        if (!read.Layout.Lean && read.Layout.Volume < 0)
        {
            warnings.Add("the file has no volume; it is 0 everywhere.");
        }

        if (options.TimeZone is not null && !read.IsLocal)
        {
            warnings.Add($"the times name their own zone, so --timezone {options.TimeZone} was not needed.");
        }

        return warnings;
    }
}

/// <summary>The bars of a file and how they were got.</summary>
internal sealed record ImportedBars(
    Bars Bars,
    BarsRead Read,
    IReadOnlyList<Repair> Repairs,
    IReadOnlyList<string> Warnings
);
