namespace Ktrdr.Core;

/// <summary>Reads <c>fuzzy_sets</c> and the references to indicators in them.</summary>
internal static class FuzzySection
{
    /// <summary>The fuzzy sets by id; null where one is declared and wrong.</summary>
    public static IReadOnlyList<(string Id, Value Place, FuzzySet? Set)> Read(
        Section section,
        IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> indicators,
        Findings findings
    )
    {
        var read = new List<(string, Value, FuzzySet?)>();
        foreach (var id in section.Keys)
        {
            var place = section.Take(id);
            if (place is null)
            {
                section.Place.Missing(id, "{indicator: rsi_14, low: [0, 25, 45]}");
                continue;
            }

            IndicatorSection.CheckId(place, id);
            read.Add((id, place, One(id, new Section(place, findings), indicators, findings)));
        }

        return read;
    }

    /// <summary>The column a reference such as <c>adx_14.plus_di</c> means.</summary>
    public static IndicatorReference? Reference(
        Value value,
        IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> indicators
    )
    {
        if (value.Text() is not { } text)
        {
            return null;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var (id, output) = dot < 0 ? (text, null) : (text[..dot], text[(dot + 1)..]);
        var declared = indicators.Where(known => known.Id == id).ToArray();
        if (declared.Length == 0)
        {
            value.Refuse(
                $"there is no indicator {Quote.Of(id)}{Value.DidYouMean(id, indicators.Select(known => known.Id))}"
            );
            return null;
        }

        if (declared[0].Indicator is not { Definition: var definition })
        {
            return null; // already refused where it is declared
        }

        var names = definition.Outputs.Select(known => known.Name).ToArray();
        if (names.Length == 1)
        {
            if (output is null)
            {
                return new IndicatorReference(id, names[0], 0);
            }

            value.Refuse($"{Quote.Of(text)}: {definition.Type} has one output, so it takes no dot; write '{id}'");
            return null;
        }

        if (output is null)
        {
            value.Refuse(
                $"{Quote.Of(text)}: {definition.Type} has the outputs {string.Join(", ", names)}; write for example '{id}.{names[0]}'"
            );
            return null;
        }

        var index = Array.IndexOf(names, output);
        if (index >= 0)
        {
            return new IndicatorReference(id, output, index);
        }

        value.Refuse(
            $"{definition.Type} has no output {Quote.Of(output)}{Value.DidYouMean(output, names)}; it has {string.Join(", ", names)}"
        );
        return null;
    }

    private static FuzzySet? One(
        string id,
        Section section,
        IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> indicators,
        Findings findings
    )
    {
        if (section.Place.Node is not DocumentNode.Mapping)
        {
            return null;
        }

        var reference = section.Need("indicator", "rsi_14") is { } named ? Reference(named, indicators) : null;
        var memberships = new List<Membership>();
        var whole = true;
        foreach (var name in section.Keys.Where(key => key != "indicator"))
        {
            var place = section.Take(name);
            if (place is null)
            {
                section.Place.Missing(name, "[0, 25, 45]");
                whole = false;
                continue;
            }

            whole &= IndicatorSection.CheckId(place, name);
            if (MembershipSection.Read(place, findings) is { } function)
            {
                memberships.Add(new Membership(name, function));
            }
            else
            {
                whole = false;
            }
        }

        if (whole && memberships.Count == 0)
        {
            section.Place.Refuse("it has no membership; add for example 'low: [0, 25, 45]'");
            return null;
        }

        return reference is null || !whole ? null : new FuzzySet(id, reference, memberships);
    }
}
