using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>What an import did, for the person who started it.</summary>
public sealed record ImportReport
{
    /// <summary>The dataset as it is now.</summary>
    public required DatasetReport Dataset { get; init; }

    /// <summary>Name of the file, without its folder.</summary>
    public required string Source { get; init; }

    /// <summary>What the file was taken for, such as <c>LEAN quotes</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Rows of bars in the file.</summary>
    public required long RowsRead { get; init; }

    /// <summary>Bars of the file after duplicates were removed.</summary>
    public required int BarsKept { get; init; }

    /// <summary>Bars that the dataset did not have before.</summary>
    public required int BarsAdded { get; init; }

    /// <summary>Why it is taken for this kind of instrument.</summary>
    public required string KindReason { get; init; }

    /// <summary>What the numbers of the file were divided by.</summary>
    public required double PriceScale { get; init; }

    /// <summary>Where the times of the file come from, such as <c>UTC</c> or <c>America/New_York</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What was repaired, by rule.</summary>
    public required IReadOnlyList<Repair> Repairs { get; init; }

    /// <summary>Things to know that nothing was done about.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A documented repair.</summary>
/// <param name="What">What was wrong and what was done.</param>
/// <param name="Count">How often.</param>
/// <param name="FirstRow">The first row it happened on.</param>
/// <param name="FirstValue">The value found there.</param>
public sealed record Repair(string What, int Count, long FirstRow, string FirstValue);

/// <summary>Spreads that do not say what trading costs. They stay as they are; the simulator takes the typical one instead.</summary>
/// <param name="Zero">Spreads of exactly 0.</param>
/// <param name="Negative">Spreads below 0.</param>
/// <param name="Missing">Spreads the data does not give.</param>
public sealed record SpreadIssues(int Zero, int Negative, int Missing)
{
    /// <summary>All three together.</summary>
    public int Total => Zero + Negative + Missing;

    internal static SpreadIssues Of(ReadOnlySpan<double> spreads)
    {
        var (zero, negative, missing) = (0, 0, 0);
        foreach (var spread in spreads)
        {
            zero += spread == 0 ? 1 : 0;
            negative += spread < 0 ? 1 : 0;
            missing += double.IsNaN(spread) ? 1 : 0;
        }

        return new SpreadIssues(zero, negative, missing);
    }
}

/// <summary>Everything a person may want to know about a dataset.</summary>
public sealed record DatasetReport
{
    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>The length of its bars.</summary>
    public required Timeframe Timeframe { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required InstrumentKind Kind { get; init; }

    /// <summary>Whether its bars were made up by this program.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Where its bars lie, relative to the home.</summary>
    public required string Path { get; init; }

    /// <summary>How many bars it has.</summary>
    public required int Bars { get; init; }

    /// <summary>Start of the first bar.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Close of the last bar.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>What trading it costs when nobody says otherwise.</summary>
    public required Costs Costs { get; init; }

    /// <summary>The costs in words.</summary>
    public required string CostsInWords { get; init; }

    /// <summary>Median of the valid spreads of the learning window; NaN without any.</summary>
    public required double TypicalSpread { get; init; }

    /// <summary>Spreads that do not say what trading costs; all 0 when the dataset carries none.</summary>
    public required SpreadIssues SpreadIssues { get; init; }

    /// <summary>Its gaps, by class, in the order of <see cref="GapClass"/>; classes without a gap are left out.</summary>
    public required IReadOnlyList<GapSummary> Gaps { get; init; }

    /// <summary>Learning, selection and sealed, in this order.</summary>
    public required IReadOnlyList<WindowReport> Windows { get; init; }
}

/// <summary>The gaps of one class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Count">How many there are.</param>
/// <param name="MissingBars">Bars that would have fitted in.</param>
/// <param name="Longest">The longest of them.</param>
public sealed record GapSummary(GapClass Class, int Count, long MissingBars, Gap Longest)
{
    internal static IReadOnlyList<GapSummary> Of(Bars bars, InstrumentKind kind) =>
        [
            .. Gaps.Classify(bars, kind)
                .GroupBy(gap => gap.Class)
                .OrderBy(group => group.Key)
                .Select(group => new GapSummary(
                    group.Key,
                    group.Count(),
                    group.Sum(gap => (long)gap.MissingBars),
                    group.MaxBy(gap => gap.Seconds)
                )),
        ];
}

/// <summary>One of a dataset's three windows.</summary>
/// <param name="Window">Which.</param>
/// <param name="From">Its first moment; for learning the start of the first bar.</param>
/// <param name="To">The first moment after it; for the sealed one the close of the last bar.</param>
/// <param name="Bars">Bars that start in it.</param>
/// <param name="Hash">Identity of those bars.</param>
public sealed record WindowReport(Window Window, DateTimeOffset From, DateTimeOffset To, int Bars, string Hash);
