using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Server.Tests;

public sealed class AgentTests
{
    [Fact]
    public async Task A_trigger_without_a_body_starts_a_cycle_that_can_be_followed_to_its_end()
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.Http.PostAsync("/api/v1/agent/trigger", null);
        var body = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
        var id = body.GetProperty("operation_id").GetString()!;

        Assert.Equal(202, (int)response.StatusCode);
        Assert.Equal(["triggered", "operation_id", "model", "message"], Names(body));
        Assert.Equal($"Research cycle started! Operation ID: {id}", body.GetProperty("message").GetString());
        Assert.Equal($"/api/v1/operations/{id}", response.Headers.Location?.ToString());
        Assert.Equal("completed", (await server.Client.WaitAsync(id, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(4, (await server.Client.ChildrenAsync(id, TestContext.Current.CancellationToken)).Count);

        var status = (await server.SendAsync(HttpMethod.Get, "/api/v1/agent/status")).Body;
        Assert.Equal(["status", "last_cycle", "phase"], Names(status));
        Assert.Equal("idle", status.GetProperty("status").GetString());
        Assert.Equal("idle", status.GetProperty("phase").GetString());
        Assert.Equal(id, status.GetProperty("last_cycle").GetProperty("operation_id").GetString());
        Assert.Equal("completed", status.GetProperty("last_cycle").GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_would_be_a_step_in_the_path_cancels_and_shows_nothing(string id)
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var token = TestContext.Current.CancellationToken;
        await server.Client.TriggerAsync(new TriggerRequest(), token);

        foreach (
            var ask in (Func<Task>[])
                [
                    () => server.Client.CancelCycleAsync(id, token),
                    () => server.Client.CancelOperationAsync(id, token),
                    () => server.Client.GetOperationAsync(id, token),
                ]
        )
        {
            var refused = await Assert.ThrowsAsync<KtrdrApiException>(ask);
            Assert.Equal("unknown_operation", refused.Problem.Code);
        }

        Assert.IsType<ActiveAgent>(await server.Client.AgentStatusAsync(token));
    }

    [Fact]
    public async Task Of_fifty_triggers_at_once_one_starts_and_the_others_name_it()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => server.SendAsync(HttpMethod.Post, "/api/v1/agent/trigger"))
        );

        var started = Assert.Single(answers, answer => answer.Status == 202).Body;
        var refused = answers.Where(answer => answer.Status == 409).Select(answer => answer.Body).ToList();
        Assert.Equal(49, refused.Count);
        Assert.All(
            refused,
            problem =>
            {
                Assert.Equal("active_cycle_exists", problem.GetProperty("code").GetString());
                Assert.Equal("cycle_in_progress", problem.GetProperty("reason").GetString());
                Assert.False(problem.GetProperty("triggered").GetBoolean());
                Assert.Equal(
                    started.GetProperty("operation_id").GetString(),
                    problem.GetProperty("operation_id").GetString()
                );
                Assert.Equal(32, problem.GetProperty("trace_id").GetString()!.Length);
                Assert.NotEmpty(problem.GetProperty("next").GetString()!);
            }
        );
        await server.Client.CancelCycleAsync(null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Where_three_may_run_three_of_fifty_triggers_start_and_each_is_told_and_stopped_by_its_id()
    {
        await using var server = await RunningServer.StartWithAsync(
            ("AGENT_PROVIDER", "scripted"),
            ("STUB_WORKER_DELAY", RunningServer.ForEver),
            ("AGENT_MAX_CONCURRENT_RESEARCHES", "3")
        );
        var token = TestContext.Current.CancellationToken;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => server.SendAsync(HttpMethod.Post, "/api/v1/agent/trigger"))
        );

        var started = answers
            .Where(answer => answer.Status == 202)
            .Select(answer => answer.Body.GetProperty("operation_id").GetString()!)
            .ToList();
        Assert.Equal(3, started.Count);
        Assert.All(
            answers.Where(answer => answer.Status != 202),
            answer =>
            {
                Assert.Equal(409, answer.Status);
                Assert.Equal("active_cycle_exists", answer.Body.GetProperty("code").GetString());
                Assert.Contains(answer.Body.GetProperty("operation_id").GetString(), started);
            }
        );

        var status = (await server.SendAsync(HttpMethod.Get, "/api/v1/agent/status")).Body;
        var live = status.GetProperty("active_cycles").EnumerateArray().ToList();
        Assert.Equal(started.Order(), live.Select(cycle => cycle.GetProperty("operation_id").GetString()!).Order());
        Assert.Equal(["operation_id", "phase", "strategy_name", "started_at"], Names(live[0]));
        Assert.Equal(live[0].GetProperty("operation_id").GetString(), status.GetProperty("operation_id").GetString());

        var (code, which) = await server.SendAsync(HttpMethod.Delete, "/api/v1/agent/cancel");
        Assert.Equal((409, "several_active_cycles"), (code, which.GetProperty("code").GetString()));
        Assert.All(started, id => Assert.Contains(id, which.GetProperty("detail").GetString()));
        foreach (var id in started.Skip(1))
        {
            await server.Client.CancelCycleAsync(id, token);
            await server.Client.WaitAsync(id, token);
        }

        var alone = Assert.IsType<ActiveAgent>(await server.Client.AgentStatusAsync(token));
        Assert.Equal((started[0], null), (alone.OperationId, alone.ActiveCycles));
        Assert.Equal(started[0], (await server.Client.CancelCycleAsync(null, token)).OperationId);
    }

    [Fact]
    public async Task A_live_cycle_has_a_phase_from_the_first_moment_and_a_cancel_ends_its_whole_tree()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var cancellation = TestContext.Current.CancellationToken;
        var cycle = await server.Client.TriggerAsync(new TriggerRequest { Seed = 7 }, cancellation);
        var status = (await server.SendAsync(HttpMethod.Get, "/api/v1/agent/status")).Body;

        Assert.Equal("active", status.GetProperty("status").GetString());
        Assert.Equal("designing", status.GetProperty("phase").GetString());
        Assert.Equal(
            ["status", "operation_id", "child_operation_id", "progress", "strategy_name", "started_at", "phase"],
            Names(status)
        );
        Assert.Equal(7, (await server.Client.GetOperationAsync(cycle.OperationId, cancellation)).Seed);

        var (code, cancelled) = await server.SendAsync(HttpMethod.Delete, "/api/v1/agent/cancel");
        Assert.Equal(200, code);
        Assert.Equal(["success", "operation_id", "message", "cancelled"], Names(cancelled));
        Assert.Equal("Cancellation requested", cancelled.GetProperty("message").GetString());
        Assert.Equal("cancelled", (await server.Client.WaitAsync(cycle.OperationId, cancellation)).Status);

        var (again, finished) = await server.SendAsync(HttpMethod.Delete, $"/api/v1/agent/cancel/{cycle.OperationId}");
        Assert.Equal((409, "operation_finished"), (again, finished.GetProperty("code").GetString()));
        var (none, idle) = await server.SendAsync(HttpMethod.Delete, "/api/v1/agent/cancel");
        Assert.Equal((404, "no_active_cycle"), (none, idle.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("""{"model": "gpt-0"}""", 422, "unknown_model", "gpt-0")]
    [InlineData("""{"seed": -1}""", 422, "invalid_request", "-1")]
    [InlineData("""{"brief": "trend", "strategy": "x"}""", 422, "invalid_request", "exclude")]
    [InlineData("""{"sed": 1}""", 400, "unknown_key", "Did you mean 'seed'?")]
    [InlineData("""{"seed": "one"}""", 400, "invalid_value", "seed")]
    [InlineData("""{"seed": 1, "seed": 2}""", 400, "duplicate_key", "seed")]
    [InlineData("""{"seed": }""", 400, "malformed_json", "line 1, byte 10")]
    [InlineData("[]", 400, "invalid_value", "array")]
    [InlineData("""{"\ud800": 1}""", 400, "malformed_json", "surrogate")]
    public async Task A_request_that_makes_no_sense_is_told_what_is_wrong(
        string json,
        int status,
        string code,
        string told
    )
    {
        await using var server = await RunningServer.StartAsync();
        var (answered, problem) = await server.SendAsync(HttpMethod.Post, "/api/v1/agent/trigger", json);

        Assert.Equal((status, code), (answered, problem.GetProperty("code").GetString()));
        Assert.Contains(told, problem.GetProperty("detail").GetString());
        Assert.False(problem.GetProperty("triggered").GetBoolean());
    }

    [Fact]
    public async Task A_body_of_another_kind_than_json_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(
            HttpMethod.Post,
            "/api/v1/agent/trigger",
            "seed=1",
            "text/plain"
        );
        Assert.Equal((415, "unsupported_media_type"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_budget_is_told_in_dollars_with_nine_places_and_zero_without_a_key()
    {
        await using var server = await RunningServer.StartAsync();
        var text = await server.Http.GetStringAsync("/api/v1/agent/budget");

        Assert.Contains("\"daily_limit\":5.000000000,", text);
        Assert.Contains("\"settled\":0.000000000,", text);

        // $5.00 at $0.15 a cycle: 33 cycles and $0.05.
        Assert.Contains("\"cycles_affordable\":33,", text);
        Assert.Equal(
            [
                "date",
                "daily_limit",
                "settled",
                "reserved",
                "remaining",
                "cycles_affordable",
                "per_cycle_mean",
                "resets_at",
                "spend_events",
            ],
            Names(JsonSerializer.Deserialize<JsonElement>(text))
        );
    }

    private static IEnumerable<string> Names(JsonElement body) =>
        body.EnumerateObject().Select(property => property.Name);
}
