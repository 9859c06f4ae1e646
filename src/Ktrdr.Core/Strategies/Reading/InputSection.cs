namespace Ktrdr.Core;

/// <summary>Reads <c>nn_inputs</c>: what the network is fed, in order.</summary>
internal static class InputSection
{
    public static readonly (string, Normalization)[] Normalizations =
    [
        ("none", Normalization.None),
        ("minmax", Normalization.MinMax),
        ("zscore", Normalization.ZScore),
    ];

    public static IReadOnlyList<(Value Place, NetworkInput? Input)> Read(
        Value section,
        IReadOnlyList<Timeframe> timeframes,
        IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> indicators,
        IReadOnlyList<(string Id, Value Place, FuzzySet? Set)> fuzzySets,
        Findings findings
    ) =>
        [
            .. (section.Items("[{fuzzy_set: rsi_zone, timeframes: all}]") ?? []).Select(item =>
                (item, One(new Section(item, findings), timeframes, indicators, fuzzySets))
            ),
        ];

    private static NetworkInput? One(
        Section section,
        IReadOnlyList<Timeframe> timeframes,
        IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> indicators,
        IReadOnlyList<(string Id, Value Place, FuzzySet? Set)> fuzzySets
    )
    {
        if (section.Place.Node is not DocumentNode.Mapping)
        {
            return null;
        }

        var fuzzy = section.Take("fuzzy_set");
        var raw = section.Take("raw_indicator");
        var on = On(section.Take("timeframes"), timeframes);
        var normalization = section.Take("normalization");
        section.Close();
        if (fuzzy is null == raw is null)
        {
            section.Place.Refuse(
                fuzzy is null
                    ? "neither fuzzy_set nor raw_indicator is given; name one of them"
                    : "both fuzzy_set and raw_indicator are given; make two entries of it"
            );
            return null;
        }

        var scaling = normalization?.Word(Normalizations);
        if (raw is not null)
        {
            var reference = FuzzySection.Reference(raw, indicators);
            return reference is null || on is null
                ? null
                : new NetworkInput.Raw(reference, on, scaling ?? StrategyDefaults.RawNormalization);
        }

        if (scaling is not null)
        {
            normalization!.Refuse("a membership already lies between 0 and 1 and takes no normalization; leave it out");
        }

        return Named(fuzzy!, fuzzySets) is { } id && on is not null ? new NetworkInput.Fuzzy(id, on) : null;
    }

    private static string? Named(Value fuzzy, IReadOnlyList<(string Id, Value Place, FuzzySet? Set)> fuzzySets)
    {
        if (fuzzy.Text() is not { } id || fuzzySets.Any(known => known.Id == id))
        {
            return (fuzzy.Node as DocumentNode.Scalar)?.Text;
        }

        fuzzy.Refuse(
            $"there is no fuzzy set {Quote.Of(id)}{Value.DidYouMean(id, fuzzySets.Select(known => known.Id))}"
        );
        return null;
    }

    private static IReadOnlyList<Timeframe>? On(Value? value, IReadOnlyList<Timeframe> timeframes)
    {
        if (value is null || value.Node is DocumentNode.Scalar { Text: "all" })
        {
            return timeframes;
        }

        if (value.Items("[1h], or all") is not { } items)
        {
            return null;
        }

        var on = new List<Timeframe>();
        foreach (var item in items)
        {
            if (item.Timeframe() is not { } timeframe)
            {
                return null;
            }

            if (timeframes.Count > 0 && !timeframes.Contains(timeframe))
            {
                item.Refuse(
                    $"'{timeframe}' is not in training_data.timeframes; there are {string.Join(", ", timeframes)}"
                );
                return null;
            }

            on.Add(timeframe);
        }

        if (on.Count == 0)
        {
            value.Refuse("the list is empty; name a timeframe, or write all");
            return null;
        }

        return on;
    }
}
