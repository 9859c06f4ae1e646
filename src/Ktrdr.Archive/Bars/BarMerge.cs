using Ktrdr.Core;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Puts newly imported bars to those on hand. Only the sealed window may change.</summary>
internal static class BarMerge
{
    /// <summary>The bars on hand before the sealed window, and in it both, the new ones counting where they differ.</summary>
    /// <exception cref="DatasetException">The import says something else, or more, about the bars before the sealed window.</exception>
    public static Bars Of(Dataset held, Bars imported)
    {
        EnsureUnchanged(held, imported);
        var border = held.Record.Borders.SelectionEnd;
        var (old, hasSpread) = (held.Bars, held.Bars.HasSpread);
        var merged = new BarColumns(hasSpread);
        var known = old.IndexFrom(border);
        for (var i = 0; i < known; i++)
        {
            merged.Add(0, old.Times[i], ValuesOf(old, i));
        }

        var (left, right) = (known, imported.IndexFrom(border));
        while (left < old.Count || right < imported.Count)
        {
            var leftTime = left < old.Count ? old.Times[left] : long.MaxValue;
            var rightTime = right < imported.Count ? imported.Times[right] : long.MaxValue;
            if (leftTime < rightTime)
            {
                merged.Add(0, leftTime, ValuesOf(old, left++));
                continue;
            }

            merged.Add(0, rightTime, ValuesOf(imported, right++));
            left += leftTime == rightTime ? 1 : 0;
        }

        return merged.ToBars(old.Timeframe);
    }

    private static void EnsureUnchanged(Dataset held, Bars imported)
    {
        var (old, record) = (held.Bars, held.Record);
        var until = imported.IndexFrom(record.Borders.SelectionEnd);
        var (changes, first) = (0, "");
        for (var i = 0; i < until; i++)
        {
            var at = old.IndexFrom(imported.Times[i]);
            var isKnown = at < old.Count && old.Times[at] == imported.Times[i];
            if (isKnown && ValuesOf(old, at) == ValuesOf(imported, i))
            {
                continue;
            }

            if (changes++ == 0)
            {
                var time = Iso.Of(imported.Times[i]);
                first = isKnown
                    ? $"{time}, {Difference(ValuesOf(old, at), ValuesOf(imported, i))}"
                    : $"{time}, which was no bar before";
            }
        }

        if (changes > 0 || old.HasSpread != imported.HasSpread)
        {
            var what =
                changes > 0
                    ? $"{changes} bars before {Iso.Of(record.Borders.SelectionEnd)}, first {first}"
                    : "whether there is a spread";
            throw new DatasetException(
                $"This import would change what {record.Symbol} {record.Timeframe} was learned and selected on: {what}. "
                    + "Only later bars may be added. Import the file under another symbol, or delete the dataset first."
            );
        }
    }

    private static string Difference(BarValues old, BarValues now) =>
        old.Open != now.Open ? $"open {old.Open} to {now.Open}"
        : old.High != now.High ? $"high {old.High} to {now.High}"
        : old.Low != now.Low ? $"low {old.Low} to {now.Low}"
        : old.Close != now.Close ? $"close {old.Close} to {now.Close}"
        : old.Volume != now.Volume ? $"volume {old.Volume} to {now.Volume}"
        : $"spread {old.Spread} to {now.Spread}";

    private static BarValues ValuesOf(Bars bars, int i) =>
        new(
            bars.Open[i],
            bars.High[i],
            bars.Low[i],
            bars.Close[i],
            bars.Volume[i],
            bars.HasSpread ? bars.Spread[i] : double.NaN
        );
}
