using Ktrdr.Client;
using Ktrdr.Loopback;
using Ktrdr.Server;

namespace Ktrdr.Measures;

/// <summary>However many cycles run, whatever becomes of them, a server exports the same series.</summary>
internal static class Series
{
    private const int Most = 400;
    private const int CancelledOf = 10;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var cycles = Arguments.Read(arguments, "cycles").Number("cycles", 1000);
        using var home = new TemporaryHome();
        await using var app = SmallCycle.Scripted.Build(home.Folder, Storage.Sqlite);
        var url = await ServerHost.StartAsync(app, CancellationToken.None);
        using var client = new KtrdrClient(url);
        using var http = new HttpClient { BaseAddress = url };
        var before = await ScrapeAsync(http);
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            var id = await SmallCycle.Scripted.TriggerAsync(app);
            if (cycle % CancelledOf == 0)
            {
                await CancelAsync(client, id);
            }

            await client.WaitAsync(id, CancellationToken.None);
        }

        var after = await ScrapeAsync(http);
        await app.StopAsync();
        var counted = after
            .Where(line => line.Key.StartsWith("agent_cycles_total{", StringComparison.Ordinal))
            .Sum(line => line.Value);
        return Measurements.Say(
            before.Keys.ToHashSet().SetEquals(after.Keys) && after.Count <= Most && counted == cycles,
            $"{before.Count} series before and {after.Count} after {cycles:#,0} cycles, {counted:#,0} of them counted; "
                + $"the limit is {Most}"
        );
    }

    // It may have ended already: a stub is quick.
    private static async Task CancelAsync(KtrdrClient client, string cycle)
    {
        try
        {
            await client.CancelCycleAsync(cycle, CancellationToken.None);
        }
        catch (KtrdrApiException ended) when (ended.Problem.Code == "operation_finished") { }
    }

    private static async Task<Dictionary<string, double>> ScrapeAsync(HttpClient http) =>
        (await http.GetStringAsync("/metrics"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToDictionary(
                line => line[..line.LastIndexOf(' ')],
                line => double.Parse(line[(line.LastIndexOf(' ') + 1)..])
            );
}
