using System.Text.Json;
using Ktrdr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Ktrdr.Cli.Tests;

/// <summary><c>ktrdr agent run</c> against a server in trouble, which is played here: what a server says can be had on demand,
/// a full disk and a death in the right moment cannot.</summary>
public sealed class ContinuousRunTests
{
    private const string Cycle = "op_agent_research_1";

    [Fact]
    public async Task A_full_disk_is_waited_for_and_a_server_that_is_gone_leaves_a_summary_with_what_still_lives()
    {
        await using var server = await TroubledServer.StartAsync();
        using var terminal = new Terminal { Clock = new Hasty() };

        Assert.Equal(8, await terminal.RunAsync("agent", "run", "--cycles", "2", "--url", server.Url));

        Assert.Contains("There is no room at /data. Trying again", terminal.Error);
        Assert.Contains("0 cycles in", terminal.Out);
        Assert.Contains($"{Cycle} had not ended when {server.Url}/ was last heard", terminal.Error);
        Assert.Contains($"ktrdr operations wait {Cycle}", terminal.Error);
        Assert.Contains($"ktrdr agent cancel {Cycle}", terminal.Error);
        Assert.Equal(2, server.Triggers);
    }

    [Fact]
    public async Task Machines_are_told_by_what_it_ended()
    {
        await using var server = await TroubledServer.StartAsync();
        using var terminal = new Terminal { Clock = new Hasty() };

        Assert.Equal(8, await terminal.RunAsync("agent", "run", "--cycles", "1", "--json", "--url", server.Url));

        var summary = JsonSerializer.Deserialize(terminal.Lines[0], ClientJson.Default.RunSummaryView)!;
        Assert.Equal((0, "server_unreachable"), (summary.Cycles, summary.EndedBy));
    }

    /// <summary>Has a full disk when a cycle is first asked for, records it when it is asked for again, and is gone after that.</summary>
    private sealed class TroubledServer(WebApplication app) : IAsyncDisposable
    {
        private int _triggers;

        public int Triggers => _triggers;

        public string Url { get; private set; } = "";

        public static async Task<TroubledServer> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var server = new TroubledServer(app);
            app.Run(server.AnswerAsync);
            await app.StartAsync();
            server.Url = app.Urls.Single();
            return server;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Method != HttpMethods.Post)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            var full = Interlocked.Increment(ref _triggers) == 1;
            context.Response.StatusCode = full ? 507 : 202;
            context.Response.ContentType = full ? "application/problem+json" : "application/json";
            return context.Response.WriteAsync(
                full
                    ? """{"detail":"There is no room at /data.","code":"disk_full","status":507}"""
                    : $$"""{"triggered":true,"operation_id":"{{Cycle}}","model":"local","message":"Started."}"""
            );
        }
    }

    /// <summary>Waits for nothing.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
