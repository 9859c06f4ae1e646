using Ktrdr.Client;

namespace Ktrdr.System.Tests;

/// <summary>What was counted outlives the process that counted it, whatever ends that.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task A_server_killed_in_the_middle_of_a_cycle_loses_no_count_and_the_next_one_says_that_it_recovered()
    {
        using var home = Home.Scripted("0");
        Dictionary<string, string> before;
        string cycle;
        using (var server = await home.ServeAsync())
        {
            await server.EndAsync(await server.TriggerAsync(new TriggerRequest()));
            before = await ScrapeAsync(server);
        }

        using (var server = await home.ServeAsync(("STUB_WORKER_DELAY", "3600")))
        {
            Assert.Equal(Totals(before), Totals(await ScrapeAsync(server)));
            cycle = await server.TriggerAsync(new TriggerRequest());
            var design = (string)(await server.PhaseAsync(cycle, "designing"))["design_op_id"]!;
            await server.EventAsync(design, line => line.Kind == "claimed");
            await server.KillAsync();
        }

        using var restarted = await home.ServeAsync();
        await restarted.EndAsync(cycle);
        var after = await ScrapeAsync(restarted);

        Assert.Equal("1", before["""agent_cycles_total{outcome="completed"}"""]);
        Assert.Equal("2", after["""agent_cycles_total{outcome="completed"}"""]);
        Assert.Equal("2", after["""agent_phase_duration_seconds_count{phase="designing"}"""]);
        Assert.Equal("10", Sum(after, "ktrdr_operations_total"));

        // The cycle and its design were at work; the same home went on with them.
        Assert.Equal(("2", "0"), (after["ktrdr_recoveries_total"], after["ktrdr_takeovers_total"]));
    }

    private static IEnumerable<string> Totals(Dictionary<string, string> scrape) =>
        scrape
            .Where(line => line.Key.StartsWith("agent_", StringComparison.Ordinal) || line.Key.Contains("_total"))
            .Select(line => $"{line.Key} {line.Value}");

    private static string Sum(Dictionary<string, string> scrape, string metric) =>
        $"{scrape.Where(line => line.Key.StartsWith($"{metric}{{")).Sum(line => double.Parse(line.Value))}";

    private static async Task<Dictionary<string, string>> ScrapeAsync(Server server)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        var text = await http.GetStringAsync("/metrics", server.Patience);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
