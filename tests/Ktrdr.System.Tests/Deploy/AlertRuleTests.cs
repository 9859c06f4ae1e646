using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ktrdr.System.Tests;

/// <summary>Alerts fire when they should, hold still otherwise, and say what to do.</summary>
public sealed class AlertRuleTests
{
    private const string Missing = "promtool (Debian: prometheus) is not installed";

    private static IEnumerable<JsonNode> Rules =>
        Yaml.Read(Deploy.At("prometheus/rules/ktrdr.yml"))["groups"]!
            .AsArray()
            .SelectMany(group => group!["rules"]!.AsArray())
            .Select(rule => rule!);

    /// <summary>The metrics that are watched.</summary>
    internal static IEnumerable<string> Metrics =>
        Rules.SelectMany(rule =>
            Regex.Matches((string)rule["expr"]!, @"\b(?:agent|ktrdr)_\w+").Select(found => found.Value)
        );

    [Fact]
    public async Task Prometheus_takes_the_configuration_and_the_rules()
    {
        Assert.SkipUnless(Tools.OnPath("promtool"), Missing);

        var run = await Tools.RunAsync("promtool", "check", "config", Deploy.At("prometheus/prometheus.yml"));

        run.With(exitCode: 0);
    }

    [Fact]
    public async Task Every_rule_fires_in_its_case_and_only_then()
    {
        Assert.SkipUnless(Tools.OnPath("promtool"), Missing);

        var run = await Tools.RunAsync("promtool", "test", "rules", Deploy.At("prometheus/tests/ktrdr.yml"));

        run.With(exitCode: 0);
    }

    [Fact]
    public void Every_rule_is_tried_both_ways()
    {
        var tried = Yaml.Read(Deploy.At("prometheus/tests/ktrdr.yml"))["tests"]!
            .AsArray()
            .SelectMany(test => test!["alert_rule_test"]!.AsArray())
            .ToLookup(test => (string)test!["alertname"]!, test => test!["exp_alerts"]!.AsArray().Count > 0);

        Assert.All(
            Rules.Select(rule => (string)rule["alert"]!),
            rule => Assert.Equal([false, true], tried[rule].Distinct().Order())
        );
    }

    [Fact]
    public void Every_rule_says_what_is_wrong_what_it_means_and_what_to_do() =>
        Assert.All(
            Rules,
            rule =>
            {
                Assert.Contains((string?)rule["labels"]!["severity"], (string[])["critical", "warning", "info"]);
                foreach (var word in (string[])["summary", "description", "action"])
                {
                    Assert.EndsWith(".", (string)rule["annotations"]![word]!, StringComparison.Ordinal);
                }
            }
        );

    [Fact]
    public void The_manual_lists_every_rule()
    {
        var manual = File.ReadAllText(Deploy.At("README.md"));

        Assert.All(Rules, rule => Assert.Contains($"| `{rule["alert"]}` |", manual, StringComparison.Ordinal));
    }
}
