using System.Text;
using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Server.Tests;

public sealed class IdempotencyTests
{
    private const string Body = """{"seed": 7, "bypass_gates": true}""";

    [Fact]
    public async Task A_trigger_sent_again_answers_as_it_did_first_while_its_cycle_runs_and_after_it_has_ended()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var first = await TriggerAsync(server.Http, "one", Body);
        var running = await TriggerAsync(server.Http, "one", Body);
        await server.Client.CancelCycleAsync(null, CancellationToken.None);
        await server.Client.WaitAsync(IdOf(first), CancellationToken.None);
        var ended = await TriggerAsync(server.Http, "one", Body);

        Assert.Equal(202, first.Status);
        Assert.Equal([first, first], [running, ended]);
        Assert.Equal(1, await CyclesAsync(server.Client));
    }

    [Fact]
    public async Task A_key_outlives_the_server()
    {
        var home = RunningServer.NewHome();
        (int, string) first;
        await using (var before = RunningServer.Build(home, 0))
        {
            using var http = new HttpClient { BaseAddress = await ServerHost.StartAsync(before, default) };
            first = await TriggerAsync(http, "one", Body);
            await before.StopAsync();
        }

        await using (var after = RunningServer.Build(home, 0))
        {
            var url = await ServerHost.StartAsync(after, default);
            using var http = new HttpClient { BaseAddress = url };
            using var client = new KtrdrClient(url);
            Assert.Equal(first, await TriggerAsync(http, "one", Body));
            Assert.Equal(1, await CyclesAsync(client));
            await after.StopAsync();
        }

        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Of_fifty_requests_at_once_under_one_key_one_starts_and_all_are_told_so()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TriggerAsync(server.Http, "one", Body)));

        Assert.Equal(202, Assert.Single(answers.Distinct()).Status);
        Assert.Equal(1, await CyclesAsync(server.Client));
    }

    [Theory]
    [InlineData("""{"bypass_gates":true,"seed":7}""")]
    [InlineData("""{"seed": 7, "bypass_gates": true, "model": null, "named": false}""")]
    public async Task Bodies_that_say_the_same_are_the_same(string body)
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(await TriggerAsync(server.Http, "one", Body), await TriggerAsync(server.Http, "\"one\"", body));
    }

    [Theory]
    [InlineData("""{"seed": 8, "bypass_gates": true}""")]
    [InlineData("""{"seed": 7}""")]
    [InlineData("")]
    public async Task A_key_stands_for_one_request_only(string body)
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var first = await TriggerAsync(server.Http, "one", Body);

        var (status, answer) = await TriggerAsync(server.Http, "one", body);

        var problem = JsonSerializer.Deserialize(answer, ClientJson.Default.ProblemView)!;
        Assert.Equal((422, "idempotency_key_reused"), (status, problem.Code));
        Assert.Equal((IdOf(first), false), (problem.OperationId, problem.Triggered));
    }

    [Fact]
    public async Task A_refused_trigger_does_not_use_its_key_up()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var first = await TriggerAsync(server.Http, "one", Body);

        Assert.Equal(409, (await TriggerAsync(server.Http, "two", Body)).Status);
        await server.Client.CancelCycleAsync(null, CancellationToken.None);
        await server.Client.WaitAsync(IdOf(first), CancellationToken.None);
        var second = await TriggerAsync(server.Http, "two", Body);

        Assert.Equal(202, second.Status);
        Assert.NotEqual(IdOf(first), IdOf(second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_key_has_1_to_255_characters(int length)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, answer) = await TriggerAsync(server.Http, new string('k', length), Body);

        var problem = JsonSerializer.Deserialize(answer, ClientJson.Default.ProblemView)!;
        Assert.Equal((400, "invalid_idempotency_key"), (status, problem.Code));
        Assert.Equal(0, await CyclesAsync(server.Client));
    }

    private static async Task<(int Status, string Body)> TriggerAsync(HttpClient http, string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/trigger");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string IdOf((int Status, string Body) answer) =>
        JsonSerializer.Deserialize(answer.Body, ClientJson.Default.TriggerResponse)!.OperationId;

    private static async Task<int> CyclesAsync(KtrdrClient client) =>
        (
            await client.ListOperationsAsync(new OperationFilter(Type: "agent_research"), CancellationToken.None)
        ).TotalCount;
}
