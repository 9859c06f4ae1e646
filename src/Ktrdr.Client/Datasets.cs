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

/// <summary>What came of an import.</summary>
public sealed record ImportReportView
{
    /// <summary>The dataset as it is now.</summary>
    public required DatasetView Dataset { get; init; }

    /// <summary>Bars of all three windows.</summary>
    public required int Bars { get; init; }

    /// <summary>Start of the last bar.</summary>
    public required DateTimeOffset Last { get; init; }

    /// <summary>Counts of what was found and repaired, by name.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>Gaps between bars, by class.</summary>
    public required IReadOnlyDictionary<string, int> Gaps { get; init; }

    /// <summary>What was chosen, and the price scale and the cost it implies: sentences.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>What a careful reader should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
