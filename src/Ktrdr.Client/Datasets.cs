namespace Ktrdr.Client;

/// <summary>A dataset on hand.</summary>
public sealed record DatasetView
{
    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>The length of its bars, such as <c>1h</c>.</summary>
    public required string Timeframe { get; init; }

    /// <summary><c>forex</c>, <c>cfd</c>, <c>equity</c> or <c>crypto</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether its bars were made up by this program.</summary>
    public required bool Synthetic { get; init; }

    /// <summary>Whether it carries a spread.</summary>
    public required bool HasSpread { get; init; }

    /// <summary>Whether any bar of it trades a volume.</summary>
    public required bool HasVolume { get; init; }

    /// <summary>Start of its first bar.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>The learning window: from the start to here.</summary>
    public required DateTimeOffset LearningEnd { get; init; }

    /// <summary>The selection window: from the learning window to here; what follows is sealed.</summary>
    public required DateTimeOffset SelectionEnd { get; init; }

    /// <summary>Bars of the learning window.</summary>
    public required int LearningBars { get; init; }

    /// <summary>Bars of the selection window.</summary>
    public required int SelectionBars { get; init; }
}

/// <summary>A file of bars on its way in.</summary>
public sealed record ImportRequest
{
    /// <summary>What the file is called; its ending says how it is packed, its path may say more.</summary>
    public required string Name { get; init; }

    /// <summary>The symbol it is for.</summary>
    public required string Symbol { get; init; }

    /// <summary>The length of its bars, such as <c>1h</c>.</summary>
    public required string Timeframe { get; init; }

    /// <summary><c>forex</c>, <c>cfd</c>, <c>equity</c> or <c>crypto</c>; null to let the file say.</summary>
    public string? Kind { get; init; }

    /// <summary>IANA name of the zone its times are in; null where they say it themselves.</summary>
    public string? Timezone { get; init; }
}

/// <summary>What an import did.</summary>
public sealed record ImportReportView
{
    /// <summary>The dataset as it is now.</summary>
    public required DatasetReportView Dataset { get; init; }

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
    public required IReadOnlyList<RepairView> Repairs { get; init; }

    /// <summary>Things to know that nothing was done about.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A documented repair.</summary>
/// <param name="What">What was wrong and what was done.</param>
/// <param name="Count">How often.</param>
/// <param name="FirstRow">The first row it happened on.</param>
/// <param name="FirstValue">The value found there.</param>
public sealed record RepairView(string What, int Count, long FirstRow, string FirstValue);

/// <summary>Everything a person may want to know about a dataset.</summary>
public sealed record DatasetReportView
{
    /// <summary>The symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>The length of its bars, such as <c>1h</c>.</summary>
    public required string Timeframe { get; init; }

    /// <summary><c>forex</c>, <c>cfd</c>, <c>equity</c> or <c>crypto</c>.</summary>
    public required string Kind { get; init; }

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
    public required CostsView Costs { get; init; }

    /// <summary>The costs in words.</summary>
    public required string CostsInWords { get; init; }

    /// <summary>Median of the valid spreads of the learning window; null without any.</summary>
    public required double? TypicalSpread { get; init; }

    /// <summary>Spreads that do not say what trading costs.</summary>
    public required SpreadIssuesView SpreadIssues { get; init; }

    /// <summary>Its gaps, by class.</summary>
    public required IReadOnlyList<GapView> Gaps { get; init; }

    /// <summary>Learning, selection and sealed, in this order.</summary>
    public required IReadOnlyList<WindowView> Windows { get; init; }
}

/// <summary>Spreads that do not say what trading costs.</summary>
/// <param name="Zero">Spreads of exactly 0.</param>
/// <param name="Negative">Spreads below 0.</param>
/// <param name="Missing">Spreads the data does not give.</param>
/// <param name="Total">All three together.</param>
public sealed record SpreadIssuesView(int Zero, int Negative, int Missing, int Total);

/// <summary>The gaps of one class.</summary>
/// <param name="Class">Such as <c>expected_weekend</c>.</param>
/// <param name="Count">How many there are.</param>
/// <param name="MissingBars">Bars that would have fitted in.</param>
/// <param name="LongestFrom">Where the longest begins.</param>
/// <param name="LongestTo">Where it ends.</param>
public sealed record GapView(
    string Class,
    int Count,
    long MissingBars,
    DateTimeOffset LongestFrom,
    DateTimeOffset LongestTo
);

/// <summary>One of a dataset's three windows.</summary>
/// <param name="Window"><c>learning</c>, <c>selection</c> or <c>sealed</c>.</param>
/// <param name="From">Its first moment.</param>
/// <param name="To">The first moment after it.</param>
/// <param name="Bars">Bars that start in it.</param>
/// <param name="Hash">Identity of those bars.</param>
public sealed record WindowView(string Window, DateTimeOffset From, DateTimeOffset To, int Bars, string Hash);
