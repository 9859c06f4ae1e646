using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>The dashboard as it lies in <c>deploy/</c>, read the way Grafana would show it.</summary>
internal static class Dashboard
{
    /// <summary>The whole document.</summary>
    public static JsonNode Document { get; } =
        JsonNode.Parse(File.ReadAllText(Deploy.At("grafana/dashboards/agent-research.json")))!;

    /// <summary>Every panel as it lies in the file.</summary>
    public static IReadOnlyList<JsonNode> Raw { get; } = [.. Document["panels"]!.AsArray().Select(panel => panel!)];

    /// <summary>The panels that show something, one for each value of the variable that repeats them.</summary>
    public static IReadOnlyList<Panel> Panels { get; } =
    [.. Raw.Where(panel => (string?)panel["type"] != "row").SelectMany(Shown)];

    /// <summary>The panel of this title.</summary>
    public static Panel Named(string title) => Panels.Single(panel => panel.Title == title);

    private static IEnumerable<Panel> Shown(JsonNode panel)
    {
        if ((string?)panel["repeat"] is not { } variable)
        {
            return [Filled(panel, [])];
        }

        var values = Document["templating"]!["list"]!.AsArray().Single(one => (string?)one!["name"] == variable)![
            "query"
        ]!;
        return ((string)values!).Split(',').Select(value => Filled(panel, [(variable, value)]));
    }

    // What Grafana would fill in for a look at the past six hours of the job of the configuration, scraped every second.
    private static Panel Filled(JsonNode panel, IEnumerable<(string Name, string Value)> own)
    {
        (string Name, string Value)[] variables =
        [
            .. own,
            ("job", Prometheus.Job),
            ("__range", ((string)Document["time"]!["from"]!)["now-".Length..]),
            ("__rate_interval", "1m"),
        ];
        return new Panel(
            Fill((string)panel["title"]!),
            [
                .. panel["targets"]!
                    .AsArray()
                    .Select(target => new Line((string)target!["legendFormat"]!, Fill((string)target["expr"]!))),
            ]
        );

        string Fill(string text) =>
            variables.Aggregate(text, (filled, one) => Regex.Replace(filled, $@"\${one.Name}\b", one.Value));
    }
}

/// <summary>A panel with its variables filled in.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Lines">What it draws.</param>
internal sealed record Panel(string Title, IReadOnlyList<Line> Lines)
{
    /// <summary>What a person would have read at a moment: every number with the words beside it.</summary>
    /// <exception cref="InvalidOperationException">A query is in error, or two numbers stand beside the same words.</exception>
    public async Task<IReadOnlyDictionary<string, double>> ReadAsync(Moment moment)
    {
        var read = new Dictionary<string, double>();
        foreach (var line in Lines)
        {
            foreach (var sample in await moment.QueryAsync(line.Expression))
            {
                if (!read.TryAdd(line.LegendOf(sample), sample.Value))
                {
                    throw new InvalidOperationException($"'{Title}' says '{line.LegendOf(sample)}' twice.");
                }
            }
        }

        return read;
    }
}

/// <summary>A query and the words beside what it comes to.</summary>
/// <param name="Legend">The words, with names of labels between braces.</param>
/// <param name="Expression">The query.</param>
internal sealed record Line(string Legend, string Expression)
{
    /// <summary>The metrics that it asks for, without the endings of a histogram's series.</summary>
    public IEnumerable<string> Metrics => Names().Select(name => Regex.Replace(name, "_(bucket|sum|count)$", ""));

    /// <summary>The words beside one series.</summary>
    public string LegendOf(Sample sample) =>
        Regex.Replace(Legend, @"\{\{(\w+)\}\}", label => sample.Labels.GetValueOrDefault(label.Groups[1].Value, ""));

    /// <summary>The same queries of metrics of other names, one renamed at a time.</summary>
    public IEnumerable<Line> Renamed() =>
        Names().Select(name => this with { Expression = Regex.Replace(Expression, $@"\b{name}\b", $"{name}_renamed") });

    private IEnumerable<string> Names() =>
        Regex.Matches(Expression, @"\b(?:agent|ktrdr)_\w+(?=\{)").Select(found => found.Value).Distinct();
}
