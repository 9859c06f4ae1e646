namespace Ktrdr.System.Tests;

/// <summary>The dashboard tells the truth: after cycles of which everything is known, a real Prometheus answers every panel with the
/// number that a person would expect to read.</summary>
public sealed class DashboardTests(KnownCycles cycles)
{
    public static TheoryData<string> Titles => [.. Dashboard.Panels.Select(panel => panel.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_panel_shows_what_happened(string title)
    {
        var witnessed = await cycles.FinishedAsync();
        var expected = (await Numbers.OfAsync(witnessed))[title];

        var shown = await Dashboard.Named(title).ReadAsync(witnessed.After);

        Assert.Empty(expected.Complaints(shown));
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_panel_shows_nothing_odd_before_the_first_cycle(string title)
    {
        var shown = await Dashboard.Named(title).ReadAsync((await cycles.FinishedAsync()).Before);

        Assert.DoesNotContain(double.NaN, shown.Values);
        Assert.All(shown.Values, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_panel_of_a_metric_that_was_renamed_is_found_out(string title)
    {
        var witnessed = await cycles.FinishedAsync();
        var expected = (await Numbers.OfAsync(witnessed))[title];
        var panel = Dashboard.Named(title);

        for (var at = 0; at < panel.Lines.Count; at++)
        {
            foreach (var renamed in panel.Lines[at].Renamed())
            {
                var lines = panel.Lines.ToArray();
                lines[at] = renamed;

                var shown = await (panel with { Lines = lines }).ReadAsync(witnessed.After);

                Assert.True(expected.Complaints(shown).Count > 0, $"Nobody would notice: {renamed.Expression}");
            }
        }
    }

    [Fact]
    public async Task Servers_of_one_database_would_count_double_if_a_panel_added_them_up()
    {
        var witnessed = await cycles.FinishedAsync();
        var panel = Dashboard.Named("Total Cycles");
        var line = panel.Lines[0];
        var added = line with { Expression = line.Expression.Replace("max(", "sum(", StringComparison.Ordinal) };

        var shown = await (panel with { Lines = [added] }).ReadAsync(witnessed.After);

        Assert.Equal(12, shown["cycles"]);
    }

    [Fact]
    public async Task A_cycle_that_waits_for_a_designer_is_seen_to_wait()
    {
        var meanwhile = (await cycles.FinishedAsync()).Meanwhile;

        Assert.Empty(
            new Expected { Others = 0 }
                .And("designing", 1)
                .Complaints(await Dashboard.Named("Active Phase").ReadAsync(meanwhile))
        );
        Assert.Empty(
            new Expected { Others = 0 }
                .And("agent", 1)
                .Complaints(await Dashboard.Named("Work Waiting").ReadAsync(meanwhile))
        );
        Assert.Empty(
            new Expected { Others = 0 }
                .And("agent_research running", 1)
                .And("agent_design pending", 1)
                .Complaints(await Dashboard.Named("Operations Active").ReadAsync(meanwhile))
        );
    }

    [Fact]
    public async Task No_alert_rule_stumbles_over_what_a_server_tells() =>
        Assert.Empty(await (await cycles.FinishedAsync()).Prometheus.BrokenRulesAsync());
}
