using Ktrdr.Core;
using Ktrdr.Operations;
using Ktrdr.Research;

namespace Ktrdr.Archive;

/// <summary>Reads every dataset of a home and holds it against its record, all windows of it. Makes and deletes no cache.</summary>
/// <param name="home">Whose datasets.</param>
/// <param name="clock">Says when patience ends.</param>
public sealed class DatasetCheck(HomeFolder home, TimeProvider clock)
{
    // Of a market that is open, one bar in a hundred.
    private const double MostMissing = 0.01;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly DatasetFiles _files = new(home, keepsCache: false);

    /// <summary>A finding for each dataset, and for bars that are none yet.</summary>
    public IReadOnlyList<Finding> Of()
    {
        var began = clock.GetTimestamp();
        var names = _files.Names("json");
        var strays = _files.Names("csv").Except(names);
        return names.Count == 0 && !strays.Any()
            ? [Finding.Ok("datasets", "none; a cycle makes the sample market for itself")]
            :
            [
                .. names.Select(name => clock.GetElapsedTime(began) < s_patience ? Read(name) : Left(name)),
                .. strays.Select(Stray),
            ];
    }

    private Finding Read((string Symbol, Timeframe Timeframe) name)
    {
        try
        {
            var dataset = _files.Load(name.Symbol, name.Timeframe);
            dataset.EnsureAsImported(Window.Sealed, DatasetFiles.BarsOf(name.Symbol, name.Timeframe));
            return Judge(What(name), dataset.Bars, dataset.Record.Kind);
        }
        catch (DatasetException fault)
        {
            return Finding.Wrong(What(name), "cannot be used", fault.Message, fault.Error.Next!);
        }
    }

    private static Finding Judge(string what, Bars bars, InstrumentKind kind)
    {
        var gaps = GapSummary.Of(bars, kind).FirstOrDefault(gaps => gaps.Class == GapClass.Unexpected);
        var value = $"{bars.Count:#,0} bars, as they were imported";
        if (gaps is null)
        {
            return Finding.Ok(what, value);
        }

        value += $"; {gaps.Count:#,0} gaps that no calendar explains, {gaps.MissingBars:#,0} bars long together";
        return gaps.MissingBars <= MostMissing * bars.Count
            ? Finding.Ok(what, value)
            : Finding.Warning(
                what,
                value,
                "Indicators run over a gap as if nothing had happened there, and more than one bar in a hundred is missing.",
                "See where with 'ktrdr data show', and import bars from a source that has them."
            );
    }

    private Finding Stray((string Symbol, Timeframe Timeframe) name)
    {
        try
        {
            _files.Load(name.Symbol, name.Timeframe);
            return Finding.Ok(What(name), "just imported");
        }
        catch (DatasetException fault)
        {
            return Finding.Warning(
                What(name),
                "is none yet",
                fault.Message,
                "Import it as it says, or move the file away."
            );
        }
    }

    private static Finding Left((string Symbol, Timeframe Timeframe) name) =>
        Finding.Warning(
            What(name),
            "not read",
            $"Those before it took {s_patience.TotalSeconds:0} s.",
            $"Look at it alone: ktrdr data show {name.Symbol} {name.Timeframe}"
        );

    private static string What((string Symbol, Timeframe Timeframe) name) => $"dataset {name.Symbol} {name.Timeframe}";
}
