using System.Text.RegularExpressions;

namespace Ktrdr.Core;

/// <summary>Reads <c>indicators</c>: which there are, and with which parameters.</summary>
internal static class IndicatorSection
{
    private static readonly Regex IdForm = new(
        @"\A[A-Za-z][A-Za-z0-9_-]{0,63}\z",
        RegexOptions.None,
        TimeSpan.FromSeconds(1)
    );

    private static readonly string[] Columns = ["open", "high", "low", "close", "volume"];

    /// <summary>The indicators by id; null where one is declared and wrong.</summary>
    public static IReadOnlyList<(string Id, Value Place, StrategyIndicator? Indicator)> Read(
        Section section,
        Findings findings
    )
    {
        var read = new List<(string, Value, StrategyIndicator?)>();
        foreach (var id in section.Keys)
        {
            var place = section.Take(id);
            if (place is null)
            {
                section.Place.Missing(id, "{type: rsi, period: 14}");
                continue;
            }

            read.Add(
                (
                    id,
                    place,
                    CheckId(place, id) && Columns.Contains(id, StringComparer.OrdinalIgnoreCase)
                        ? RefuseColumn(place, id)
                        : One(id, new Section(place, findings))
                )
            );
        }

        return read;
    }

    /// <summary>Refuses an id that could not be part of a feature's name.</summary>
    public static bool CheckId(Value place, string id)
    {
        if (IdForm.IsMatch(id))
        {
            return true;
        }

        place.Refuse(
            $"{Quote.Of(id)} is not a name; start with a letter, go on with letters, digits, '_' and '-', at most 64"
        );
        return false;
    }

    private static StrategyIndicator? RefuseColumn(Value place, string id)
    {
        place.Refuse($"'{id}' is a column of the bars; another id would do, such as '{id}_1'");
        return null;
    }

    private static StrategyIndicator? One(string id, Section section)
    {
        if (section.Place.Node is not DocumentNode.Mapping)
        {
            return null;
        }

        if (section.Need("type", "rsi") is not { } type || Definition(type) is not { } definition)
        {
            return null;
        }

        section.NotYet("data_source", "indicators read the strategy's own bars; leave it out");
        var numbers = new Dictionary<string, double>();
        var choices = new Dictionary<string, string>();
        foreach (var parameter in definition.Parameters)
        {
            var given = section.Take(parameter.Name);
            if (parameter.Kind is ParameterKind.Choice)
            {
                var index = given?.Word([.. parameter.Choices.Select((word, at) => (word, at))]);
                choices[parameter.Name] = parameter.Choices[index ?? 0];
                continue;
            }

            var bounds = new Bounds(parameter.Minimum, parameter.Maximum, parameter.MinimumExcluded);
            numbers[parameter.Name] =
                (parameter.Kind is ParameterKind.Integer ? given?.Integer(bounds) : given?.Number(bounds))
                ?? parameter.Default;
        }

        var source = definition.TakesSource ? section.Take("source") : null;
        var column = source?.Word([.. IndicatorCatalogue.Sources.Select((word, at) => (word, at))]);
        section.Close();
        return new StrategyIndicator(
            id,
            definition,
            definition.SettingsFrom(numbers, choices, IndicatorCatalogue.Sources[column ?? 0])
        );
    }

    private static IndicatorDefinition? Definition(Value type)
    {
        if (type.Text() is not { } name)
        {
            return null;
        }

        if (IndicatorCatalogue.Find(name) is { } definition)
        {
            return definition;
        }

        if (IndicatorCatalogue.NotYet.TryGetValue(name, out var reason))
        {
            type.Refuse($"'{name}' cannot be used as an indicator: {reason}");
            return null;
        }

        type.Refuse(
            $"{type} is not an indicator{Value.DidYouMean(name, IndicatorCatalogue.Nearest(name))}; there are "
                + string.Join(", ", IndicatorCatalogue.All.Select(known => known.Type))
        );
        return null;
    }
}
