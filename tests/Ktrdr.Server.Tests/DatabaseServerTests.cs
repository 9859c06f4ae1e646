using Ktrdr.Client;
using Ktrdr.Postgres;

namespace Ktrdr.Server.Tests;

/// <summary>A server whose records lie in a real PostgreSQL.</summary>
public sealed class DatabaseServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_server_that_dies_in_the_middle_of_a_cycle_costs_a_wait_and_nothing_else()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        using var database = PostgresServer.Start(synced: true);
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", "1"),
            ("KTRDR_DATABASE", database.AddressOf("research"))
        );
        Assert.False(File.Exists(Path.Combine(server.Home, "ktrdr.db")));
        var id = (await server.Client.TriggerAsync(new TriggerRequest(), Token)).OperationId;
        Assert.IsType<ActiveAgent>(await server.Client.AgentStatusAsync(Token));

        database.Kill();
        using var refused = await server.Http.PostAsync("/api/v1/agent/trigger", null, Token);
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Contains("database_unavailable", await refused.Content.ReadAsStringAsync(Token));
        database.Up();

        Assert.Equal("completed", (await server.Client.WaitAsync(id, Token)).Status);
        var children = await server.Client.ChildrenAsync(id, Token);
        Assert.Equal(4, children.Select(child => child.OperationType).Distinct().Count());
        Assert.Equal(4, children.Count);
        Assert.Equal(5, (await server.Client.ListOperationsAsync(new OperationFilter(), Token)).TotalCount);
    }

    [Theory]
    [InlineData("mysql://me@here/there")]
    [InlineData("postgres://me:hunter2@here")]
    public async Task A_setting_that_is_no_address_stops_the_start_and_shows_no_password(string address)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RunningServer.StartWithAsync(("KTRDR_DATABASE", address))
        );

        Assert.Contains("KTRDR_DATABASE", refusal.Message);
        Assert.Contains("postgres://user:password@host:5432/database", refusal.Message);
        Assert.DoesNotContain("hunter2", refusal.Message);
    }
}
