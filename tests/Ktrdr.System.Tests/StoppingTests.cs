using System.Net.Sockets;
using System.Text;
using Ktrdr.Client;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>Ctrl-C and SIGTERM: who goes, what stays, and that nothing counts as crashed.</summary>
public sealed class StoppingTests(SampleCycle sample, ITestOutputHelper output)
{
    [Theory]
    [InlineData("trigger", "--follow")]
    [InlineData("run", "--cycles", "2")]
    public async Task The_first_interrupt_leaves_a_served_cycle_alone_and_says_how_to_stop_it(params string[] command)
    {
        SkipWithoutSignals();
        using var home = Home.Scripted("600");
        using var server = await home.ServeAsync();
        using var run = home.Begin(["agent", .. command]);
        var cycle = await LiveAsync(server.Client, server.Patience);

        run.Interrupt();
        var end = (await run.EndAsync()).With(exitCode: 130);

        Assert.Contains($"ktrdr agent cancel {cycle}", end.Errors, StringComparison.Ordinal);
        Assert.Equal("running", (await server.ShowAsync(cycle)).Status);
    }

    [Theory]
    [InlineData("trigger")]
    [InlineData("run", "--cycles", "2")]
    public async Task The_first_interrupt_hands_a_self_hosted_cycle_back_for_the_next_host(params string[] command)
    {
        SkipWithoutSignals();
        using var home = Home.Scripted("600");
        using var run = home.Begin(["agent", .. command]);
        var url = (await run.NotesAsync("hosts one at"))
            .Split(' ')
            .First(word => word.StartsWith("http", StringComparison.Ordinal));
        using var client = new KtrdrClient(new Uri(url));
        var cycle = await LiveAsync(client, TestContext.Current.CancellationToken);

        run.Interrupt();
        var end = (await run.EndAsync()).With(exitCode: 130);

        Assert.Contains("ktrdr serve", end.Errors, StringComparison.Ordinal);
        Assert.Contains($"ktrdr agent cancel {cycle}", end.Errors, StringComparison.Ordinal);
        Assert.Equal("handed_back", Standing.Of(home.Folder).Records.Events[cycle].Last()["kind"]);
        using var next = await home.ServeAsync(("STUB_WORKER_DELAY", "0"));
        Assert.Equal("completed", (await next.EndAsync(cycle)).Status);
        Assert.All(
            Standing.Of(home.Folder).Records.Operations,
            operation => Assert.Equal(0, operation.Number("crashes"))
        );
    }

    [Fact]
    public async Task The_second_interrupt_quits_at_once()
    {
        SkipWithoutSignals();
        using var home = Home.Scripted("0");
        using var server = await home.ServeAsync();
        using var halting = await HalfARequestAsync(server.Url, "POST /api/v1/agent/trigger HTTP/1.1\r\nHost: local");

        // The first waits for that request, for seconds; it has come when nobody new is let in.
        server.Interrupt();
        await RefusesAsync(server.Url);
        server.Interrupt();

        Assert.Equal(130, await server.ExitAsync());
    }

    [Theory]
    [InlineData("designing")]
    [InlineData("training")]
    [InlineData("backtesting")]
    [InlineData("assessing")]
    public async Task Told_to_end_in_any_phase_a_server_hands_its_work_back_and_closes_its_streams(string phase)
    {
        SkipWithoutSignals();
        using var home = Home.Scripted("3");
        using var http = new HttpClient();
        string cycle;
        using (var server = await home.ServeAsync())
        {
            cycle = await server.TriggerAsync(new TriggerRequest());
            await server.PhaseAsync(cycle, phase);
            var streams = await Task.WhenAll(
                Enumerable
                    .Range(0, 50)
                    .Select(_ => http.GetStreamAsync($"{server.Url}api/v1/operations/{cycle}/events", server.Patience))
            );
            var read = streams.Select(stream => new StreamReader(stream).ReadToEndAsync(server.Patience)).ToList();

            var (exitCode, took) = await server.TerminateAsync();

            output.WriteLine($"{phase}: {took.TotalSeconds:0.00} s");
            Assert.Equal(0, exitCode);
            Assert.All(await Task.WhenAll(read), text => Assert.EndsWith("\n\n", text, StringComparison.Ordinal));
        }

        var records = Standing.Of(home.Folder).Records;
        Assert.DoesNotContain(records.Operations, operation => operation["status"] == "running");
        Assert.Equal("handed_back", records.Events[cycle].Last()["kind"]);
        using var next = await home.ServeAsync(("STUB_WORKER_DELAY", "0"));
        Assert.Equal("completed", (await next.EndAsync(cycle)).Status);
        Assert.Empty(Standing.Of(home.Folder, records).Violations());
    }

    [Fact]
    public async Task Told_to_end_while_a_network_learns_a_server_leaves_its_last_epoch_and_the_next_goes_on_from_there()
    {
        SkipWithoutSignals();
        // No checkpoint would come by itself.
        using var home = new Home(("TRAINING_CHECKPOINT_EPOCHS", "1000"));
        home.Write("long_lesson", await sample.StrategyAsync("long_lesson", epochs: 400));
        string training;
        using (var server = await home.ServeAsync())
        {
            var request = new TrainingRequest { Strategy = "long_lesson", Seed = 1 };
            training = (await server.Client.TrainAsync(request, server.Patience)).OperationId;
            await server.EventAsync(training, line => line.Body["context"]?["epoch"] is not null);

            var (exitCode, took) = await server.TerminateAsync();

            output.WriteLine($"{took.TotalSeconds:0.00} s");
            Assert.Equal(0, exitCode);
        }

        using var next = await home.ServeAsync();
        var end = await next.EndAsync(training);
        Assert.Equal(("completed", 2), (end.Status, end.Attempt));
        Assert.True((int?)end.Metadata["resumed_after_epoch"] >= 1);
    }

    [Theory]
    [InlineData("POST /api/v1/agent/trigger HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData("POST /api/v1/agent/trigger HTTP/1.1\r\nHost: local")]
    public async Task A_request_that_is_never_finished_does_not_keep_work_from_being_handed_back(string half)
    {
        SkipWithoutSignals();
        using var home = Home.Scripted("600");
        using var server = await home.ServeAsync();
        var cycle = await server.TriggerAsync(new TriggerRequest());
        await server.PhaseAsync(cycle, "designing");
        using var halting = await HalfARequestAsync(server.Url, half);

        var (exitCode, took) = await server.TerminateAsync();

        output.WriteLine($"{took.TotalSeconds:0.00} s");
        Assert.Equal(0, exitCode);
        Assert.Equal("handed_back", Standing.Of(home.Folder).Records.Events[cycle].Last()["kind"]);
    }

    private static void SkipWithoutSignals() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Nobody sends signals on Windows.");

    /// <summary>The live cycle, once there is one that works.</summary>
    private static async Task<string> LiveAsync(KtrdrClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await client.AgentStatusAsync(cancellationToken) is ActiveAgent { ChildOperationId: not null } live)
            {
                return live.OperationId;
            }
        }
    }

    private static async Task<TcpClient> HalfARequestAsync(Uri server, string half)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(half), TestContext.Current.CancellationToken);
        // Answered after it was sent, so the server has seen it by then.
        using var http = new HttpClient();
        await http.GetStringAsync(new Uri(server, "health/live"), TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task RefusesAsync(Uri server)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
