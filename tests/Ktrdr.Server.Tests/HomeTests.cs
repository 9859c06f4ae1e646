using System.Net;
using System.Net.Sockets;
using Ktrdr.Client;
using Ktrdr.Operations;

namespace Ktrdr.Server.Tests;

public sealed class HomeTests
{
    [Fact]
    public async Task A_port_that_is_taken_unnoticed_gives_way_to_a_free_one()
    {
        // Whoever asks the other loopback address finds the port free.
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var taken = new TcpListener(IPAddress.IPv6Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var home = RunningServer.NewHome();

        await using (
            var host = await HostedServer.StartAsync(
                home,
                port,
                anotherIfTaken: true,
                roles: null,
                TestContext.Current.CancellationToken
            )
        )
        {
            Assert.NotEqual(port, host.Url.Port);
        }

        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Whoever_hosts_a_server_is_told_in_place_what_others_are_told_over_HTTP()
    {
        var token = TestContext.Current.CancellationToken;
        var home = RunningServer.NewHome();
        Func<IKtrdrClient, Task>[] refused =
        [
            client => client.TriggerAsync(new TriggerRequest { Model = "nobody" }, token),
            client => client.TriggerAsync(new TriggerRequest { Strategy = "nowhere" }, token),
            client => client.TrainAsync(new TrainingRequest { Strategy = "nowhere" }, token),
            client => client.BacktestAsync(new BacktestRequest(), token),
            client => client.CancelCycleAsync(null, token),
            client => client.CancelOperationAsync("op_none", token),
            client => client.WaitAsync("op_none", token),
        ];

        await using (var host = await HostedServer.StartAsync(home, 0, anotherIfTaken: true, roles: null, token))
        {
            using var far = new KtrdrClient(host.Url);
            foreach (var ask in refused)
            {
                var near = await Assert.ThrowsAsync<KtrdrApiException>(() => ask(host.Client));
                var over = await Assert.ThrowsAsync<KtrdrApiException>(() => ask(far));
                Assert.Equal(over.Problem with { TraceId = near.Problem.TraceId }, near.Problem);
                Assert.Equal(over.Status, near.Status);
            }

            Assert.Equal(await far.LiveAsync(token), await host.Client.LiveAsync(token));
            Assert.Equal(await far.AgentStatusAsync(token), await host.Client.AgentStatusAsync(token));
        }

        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task A_second_server_on_the_same_home_is_refused_and_told_who_holds_it()
    {
        await using var server = await RunningServer.StartAsync();
        var refused = Assert.Throws<HomeHeldException>(() => RunningServer.Build(server.Home, 0));

        Assert.Contains(server.Home, refused.Message);
        Assert.Contains($"{Environment.ProcessId}", refused.Message);
        Assert.Contains($"127.0.0.1:{server.Url.Port}", refused.Message);
    }

    [Fact]
    public async Task A_taken_port_names_the_home_that_is_served_there()
    {
        await using var server = await RunningServer.StartAsync();
        var home = RunningServer.NewHome();
        await using (var second = RunningServer.Build(home, server.Url.Port))
        {
            var taken = await Assert.ThrowsAsync<PortTakenException>(() =>
                ServerHost.StartAsync(second, TestContext.Current.CancellationToken)
            );
            Assert.Equal((server.Url.Port, server.Home), (taken.Port, taken.OtherHome));
        }

        Assert.Null(HomeLock.Read(home));
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Health_names_home_and_process_and_a_stopped_server_is_unreachable()
    {
        KtrdrClient client;
        await using (var server = await RunningServer.StartAsync())
        {
            client = new KtrdrClient(server.Url);
            var live = await client.LiveAsync(TestContext.Current.CancellationToken);
            Assert.Equal(("live", server.Home, Environment.ProcessId), (live.Status, live.Home, live.Pid));
            Assert.True(await client.ReadyAsync(TestContext.Current.CancellationToken));
        }

        using (client)
        {
            await Assert.ThrowsAsync<KtrdrUnreachableException>(() =>
                client.LiveAsync(TestContext.Current.CancellationToken)
            );
        }
    }

    [Fact]
    public async Task A_setting_that_makes_no_sense_is_named_and_the_home_is_let_go()
    {
        var home = RunningServer.NewHome();
        var refused = Assert.Throws<InvalidOperationException>(() => RunningServer.Build(home, 0, "soon"));
        Assert.Contains("STUB_WORKER_DELAY is 'soon'", refused.Message);

        await using (RunningServer.Build(home, 0))
        {
            // The refused server holds it no longer.
        }

        Directory.Delete(home, recursive: true);
    }
}
