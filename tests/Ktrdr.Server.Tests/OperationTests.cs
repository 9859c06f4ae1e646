using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Server.Tests;

public sealed class OperationTests
{
    [Fact]
    public async Task A_list_filters_by_type_in_any_case_under_both_names_of_the_key()
    {
        await using var server = await RunningServer.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), cancellation);
        await server.Client.WaitAsync(cycle.OperationId, cancellation);

        foreach (var query in (string[])["type=AGENT_RESEARCH", "operation_type=agent_research&status=COMPLETED"])
        {
            var (status, body) = await server.SendAsync(HttpMethod.Get, $"/api/v1/operations?{query}");
            Assert.Equal(200, status);
            var only = Assert.Single(body.GetProperty("data").EnumerateArray());
            Assert.Equal(cycle.OperationId, only.GetProperty("operation_id").GetString());
            Assert.Equal(1, body.GetProperty("total_count").GetInt32());
            Assert.Equal(0, body.GetProperty("active_count").GetInt32());
        }

        var page = await server.Client.ListOperationsAsync(new OperationFilter(Limit: 2, Offset: 1), cancellation);
        Assert.Equal((2, 5), (page.Data.Count, page.TotalCount));
    }

    [Theory]
    [InlineData("kind=training", "unknown_query_key")]
    [InlineData("statos=failed", "unknown_query_key")]
    [InlineData("status=done", "invalid_value")]
    [InlineData("type=trainings", "invalid_value")]
    [InlineData("limit=0", "invalid_value")]
    [InlineData("limit=1001", "invalid_value")]
    [InlineData("offset=-1", "invalid_value")]
    [InlineData("limit=1&limit=2", "invalid_value")]
    [InlineData("type=training&operation_type=backtesting", "invalid_value")]
    public async Task A_query_that_would_be_ignored_is_refused(string query, string code)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(HttpMethod.Get, $"/api/v1/operations?{query}");
        Assert.Equal((400, code), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_operation_carries_every_member_of_the_contract()
    {
        await using var server = await RunningServer.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), cancellation);
        await server.Client.WaitAsync(cycle.OperationId, cancellation);
        var (_, body) = await server.SendAsync(HttpMethod.Get, $"/api/v1/operations/{cycle.OperationId}");

        string[] contract =
        [
            "operation_id",
            "operation_type",
            "parent_operation_id",
            "status",
            "created_at",
            "started_at",
            "completed_at",
            "duration_seconds",
            "progress",
            "metadata",
            "result_summary",
            "error_code",
            "error_message",
            "attempt",
            "seed",
            "trace_id",
        ];
        var data = body.GetProperty("data");
        Assert.All(contract, member => Assert.True(data.TryGetProperty(member, out _), member));
        Assert.True(data.GetProperty("result_summary").GetProperty("success").GetBoolean());
        Assert.Equal(100, data.GetProperty("progress").GetProperty("percentage").GetDouble());
        Assert.EndsWith("Z", data.GetProperty("created_at").GetString());
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/children")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/history")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/resume")]
    [InlineData("POST", "/retry")]
    public async Task An_unknown_operation_is_not_found(string method, string path)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(new HttpMethod(method), $"/api/v1/operations/op_none{path}");
        Assert.Equal((404, "unknown_operation"), (status, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("resume", "resumes")]
    [InlineData("retry", "retries")]
    public async Task A_cancelled_cycle_is_followed_by_a_new_one_that_names_it(string how, string fact)
    {
        await using var server = await RunningServer.StartAsync(delay: "60");
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = (await server.Client.TriggerAsync(new TriggerRequest { Seed = 7 }, cancellation)).OperationId;
        var (live, problem) = await server.SendAsync(HttpMethod.Post, $"/api/v1/operations/{cycle}/{how}");
        await server.Client.CancelOperationAsync(cycle, cancellation);
        await server.Client.WaitAsync(cycle, cancellation);

        var (status, body) = await server.SendAsync(HttpMethod.Post, $"/api/v1/operations/{cycle}/{how}");

        Assert.Equal((409, "operation_live"), (live, problem.GetProperty("code").GetString()));
        Assert.Equal(202, status);
        var next = body.GetProperty("operation_id").GetString()!;
        Assert.NotEqual(cycle, next);
        var followed = await server.Client.GetOperationAsync(next, cancellation);
        Assert.Equal((cycle, 7), ((string?)followed.Metadata[fact], followed.Seed));
        Assert.Equal("cancelled", (await server.Client.GetOperationAsync(cycle, cancellation)).Status);
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("retry")]
    public async Task A_completed_cycle_has_nothing_left_to_do(string how)
    {
        await using var server = await RunningServer.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = (await server.Client.TriggerAsync(new TriggerRequest(), cancellation)).OperationId;
        await server.Client.WaitAsync(cycle, cancellation);
        var (status, problem) = await server.SendAsync(HttpMethod.Post, $"/api/v1/operations/{cycle}/{how}");

        Assert.Equal((409, "operation_finished"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(cycle, problem.GetProperty("operation_id").GetString());
    }

    [Fact]
    public async Task The_history_of_a_tree_is_answered_at_once_while_it_runs()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = (await server.Client.TriggerAsync(new TriggerRequest(), cancellation)).OperationId;
        await foreach (var line in server.Client.WatchAsync(cycle, 0, cancellation))
        {
            if (line.Kind == "child")
            {
                break;
            }
        }

        var history = await server.Client.HistoryAsync(cycle, cancellation);

        Assert.Equal(["created", "claimed", "child"], history.Take(3).Select(line => line.Kind));
        Assert.Equal(
            (string?)history[2].Body["operation_id"],
            history.First(line => line.OperationId != cycle).OperationId
        );
        Assert.Equal(0, (await server.Client.GetOperationAsync(cycle, cancellation)).Crashes);
    }

    [Fact]
    public async Task The_event_stream_numbers_every_line_and_goes_on_after_the_last_one_seen()
    {
        await using var server = await RunningServer.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), cancellation);
        var lines = new List<EventView>();
        await foreach (var line in server.Client.WatchAsync(cycle.OperationId, 0, cancellation))
        {
            lines.Add(line);
        }

        Assert.Equal(
            Enumerable.Range(1, lines.Count).Select(number => (long)number),
            lines.Select(line => line.Number)
        );
        Assert.Equal("created", lines[0].Kind);
        Assert.Single(lines, line => line.IsTerminal);

        var path = $"/api/v1/operations/{cycle.OperationId}/events";
        var rest = await server.Http.GetStringAsync($"{path}?after=2", cancellation);
        Assert.StartsWith($"id: 3\nevent: {lines[2].Kind}\ndata: {{", rest);

        using var resumed = new HttpRequestMessage(HttpMethod.Get, $"{path}?after=1");
        resumed.Headers.Add("Last-Event-ID", $"{lines.Count - 1}");
        using var response = await server.Http.SendAsync(resumed, cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith($"id: {lines.Count}\n", await response.Content.ReadAsStringAsync(cancellation));

        var (status, problem) = await server.SendAsync(HttpMethod.Get, $"{path}?after=soon");
        Assert.Equal((400, "invalid_value"), (status, problem.GetProperty("code").GetString()));
    }
}
