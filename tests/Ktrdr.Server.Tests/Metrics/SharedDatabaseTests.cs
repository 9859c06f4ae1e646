using Ktrdr.Client;
using Ktrdr.Postgres;

namespace Ktrdr.Server.Tests;

/// <summary>What servers export whose records lie in a real PostgreSQL.</summary>
public sealed class SharedDatabaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_of_one_database_say_the_same()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        (string, string)[] settings =
        [
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("KTRDR_DATABASE", PostgresServer.Shared.AddressOf($"metrics_{Guid.NewGuid():N}")),
        ];
        await using var one = await RunningServer.StartWithAsync(settings);
        await using var other = await RunningServer.StartWithAsync(settings);
        await Scrape.OfAsync(other.Http); // has looked before
        foreach (var server in (RunningServer[])[one, other])
        {
            var cycle = await server.Client.TriggerAsync(new TriggerRequest(), Token);
            await server.Client.WaitAsync(cycle.OperationId, Token);
        }

        var (first, second) = await BothThereAsync(one, other);

        Assert.Equal(2, first["""agent_cycles_total{outcome="completed"}"""]);
        Assert.Equal(32, first["""ktrdr_workers_capacity{role="research"}"""]);
        Assert.Equal(first.OfTheStore(), second.OfTheStore());
        Assert.InRange(first["ktrdr_check_in_age_seconds"], 0, 60);
        Assert.Equal(MetricsManual.Read().Keys.Order(), first.Types.Keys.Order());
    }

    [Fact]
    public async Task A_database_that_is_away_costs_its_own_figures_and_the_totals_stay()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        using var database = PostgresServer.Start();
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "0"),
            ("KTRDR_DATABASE", database.AddressOf("metrics"))
        );
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), Token);
        await server.Client.WaitAsync(cycle.OperationId, Token);
        var before = await Scrape.OfAsync(server.Http);

        database.Kill();
        var without = await Scrape.OfAsync(server.Http);
        database.Up();
        var after = await Scrape.OfAsync(server.Http);

        Assert.Equal(
            [1, 0, 1],
            [before["ktrdr_database_up"], without["ktrdr_database_up"], after["ktrdr_database_up"]]
        );
        Assert.False(without.Types.ContainsKey("ktrdr_workers_nodes"));
        Assert.False(without.Types.ContainsKey("agent_budget_settled_dollars"));
        Assert.Equal(1, without["""agent_cycles_total{outcome="completed"}"""]);
        Assert.InRange(without["ktrdr_database_write_seconds_count"], 1, double.MaxValue);
        Assert.True(after.Types.ContainsKey("ktrdr_workers_nodes"));
    }

    // On a busy machine one of them may not be heard of for a moment, and whoever looks just then says so.
    private static async Task<(Scrape, Scrape)> BothThereAsync(RunningServer one, RunningServer other)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var (first, second) = (await Scrape.OfAsync(one.Http), await Scrape.OfAsync(other.Http));
            if (first["ktrdr_workers_nodes"] == 2 && second["ktrdr_workers_nodes"] == 2)
            {
                return (first, second);
            }

            await again.WaitForNextTickAsync(patience.Token);
        }
    }
}
