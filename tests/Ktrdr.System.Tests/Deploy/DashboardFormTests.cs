using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>What can be seen of the dashboard without running anything.</summary>
public sealed class DashboardFormTests
{
    [Fact]
    public void It_is_the_one_that_was_promised()
    {
        Assert.Equal("Agent Research Cycles", (string?)Dashboard.Document["title"]);
        Assert.Equal("agent-research", (string?)Dashboard.Document["uid"]);
        Assert.Equal("30s", (string?)Dashboard.Document["refresh"]);
        Assert.Equal("now-6h", (string?)Dashboard.Document["time"]!["from"]);
    }

    [Fact]
    public void No_two_panels_have_the_same_number_or_title()
    {
        Assert.Distinct(Dashboard.Raw.Select(panel => (int)panel["id"]!));
        Assert.Distinct(Dashboard.Panels.Select(panel => panel.Title));
    }

    [Fact]
    public void No_two_panels_lie_on_each_other()
    {
        var places =
            from panel in Dashboard.Raw
            let at = panel["gridPos"]!
            from x in Enumerable.Range((int)at["x"]!, (int)at["w"]!)
            from y in Enumerable.Range((int)at["y"]!, (int)at["h"]!)
            select (x, y);

        Assert.Distinct(places);
        Assert.All(places, place => Assert.InRange(place.x, 0, 23));
    }

    [Fact]
    public void Every_panel_says_what_it_shows_and_in_what_unit() =>
        Assert.All(
            Dashboard.Raw.Where(panel => (string?)panel["type"] != "row"),
            panel =>
            {
                Assert.NotEmpty((string)panel["title"]!);
                Assert.EndsWith(".", (string)panel["description"]!, StringComparison.Ordinal);
                Assert.NotEmpty((string)panel["fieldConfig"]!["defaults"]!["unit"]!);
                Assert.NotEmpty(panel["targets"]!.AsArray());
                Assert.All(panel["targets"]!.AsArray(), one => Assert.NotEmpty((string)one!["legendFormat"]!));
            }
        );

    [Fact]
    public void Panels_of_what_is_traced_lead_to_the_traces()
    {
        var operations = Dashboard
            .Raw.SelectMany(panel => panel["links"] as JsonArray ?? [])
            .Select(link => Regex.Match((string)link!["url"]!, "operation=([a-z_.]+)").Groups[1].Value)
            .Where(operation => operation.Length > 0)
            .Distinct();

        Assert.Equal(
            [
                "agent.phase.assessment",
                "agent.phase.backtest",
                "agent.phase.design",
                "agent.phase.training",
                "agent.research_cycle",
            ],
            operations.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_metric_that_is_shown_or_watched_is_in_the_manual()
    {
        var manual = File.ReadAllText(Path.Combine(Shared.Repository, "docs", "observability.md"));
        var used = Dashboard
            .Panels.SelectMany(panel => panel.Lines)
            .SelectMany(line => line.Metrics)
            .Concat(AlertRuleTests.Metrics)
            .Distinct();

        Assert.All(used, metric => Assert.Contains($"`{metric}`", manual, StringComparison.Ordinal));
    }
}
