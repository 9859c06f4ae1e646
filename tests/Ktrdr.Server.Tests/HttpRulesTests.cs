using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Server.Tests;

public sealed class HttpRulesTests
{
    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_foreign_host_is_refused(string host)
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = host } };
        var (status, problem) = await server.SendAsync(request);
        Assert.Equal((400, "foreign_host"), (status, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    public async Task A_page_of_another_origin_is_refused_and_starts_nothing(string origin)
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/trigger");
        request.Headers.Add("Origin", origin);
        var (status, problem) = await server.SendAsync(request);

        Assert.Equal((403, "foreign_origin"), (status, problem.GetProperty("code").GetString()));
        var none = await server.Client.ListOperationsAsync(
            new OperationFilter(),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(0, none.TotalCount);
    }

    [Fact]
    public async Task A_page_of_its_own_is_answered()
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/agent/status");
        request.Headers.Add("Origin", server.Url.GetLeftPart(UriPartial.Authority));
        Assert.Equal(200, (await server.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "unknown_route")]
    [InlineData("GET", "/metrics?name=agent_cycles_total", 400, "unknown_query_key")]
    [InlineData("GET", "/api/v1/agent/trigger", 405, "method_not_allowed")]
    [InlineData("GET", "/api/v1/strategies/..%2Fx", 404, "unknown_strategy")]
    [InlineData("GET", "/api/v1/datasets/NONE/1h", 404, "unknown_dataset")]
    [InlineData("GET", "/api/v1/datasets/NONE/1x", 400, "invalid_value")]
    [InlineData("POST", "/api/v1/trainings", 422, "invalid_request")]
    public async Task Whatever_goes_wrong_is_a_problem(string method, string path, int expected, string code)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(new HttpMethod(method), path);
        Assert.Equal((expected, code), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(expected, problem.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task An_unknown_key_inside_an_inner_object_is_refused_too()
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(
            HttpMethod.Post,
            "/api/v1/backtests",
            """{"strategy": "x", "costs": {"comission": 0.001}}"""
        );
        Assert.Equal((400, "unknown_key"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("Did you mean 'commission'?", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var (status, problem) = await server.SendAsync(
            HttpMethod.Post,
            "/api/v1/strategies/validate",
            new string('a', 2 << 20),
            "application/yaml"
        );
        Assert.Equal((413, "body_too_large"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_description_lists_every_route()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, document) = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        string[] routes =
        [
            "/health/live",
            "/health/ready",
            "/metrics",
            "/api/v1/agent/trigger",
            "/api/v1/agent/status",
            "/api/v1/agent/cancel",
            "/api/v1/agent/cancel/{id}",
            "/api/v1/agent/budget",
            "/api/v1/agent/budget/calls",
            "/api/v1/agent/estimate",
            "/api/v1/models",
            "/api/v1/operations",
            "/api/v1/operations/{id}",
            "/api/v1/operations/{id}/children",
            "/api/v1/operations/{id}/exchanges",
            "/api/v1/operations/{id}/events",
            "/api/v1/operations/{id}/resume",
            "/api/v1/operations/{id}/retry",
            "/api/v1/datasets",
            "/api/v1/datasets/{symbol}/{timeframe}",
            "/api/v1/strategies",
            "/api/v1/strategies/{name}",
            "/api/v1/strategies/{name}/validate",
            "/api/v1/strategies/validate",
            "/api/v1/indicators",
            "/api/v1/trainings",
            "/api/v1/backtests",
            "/api/v1/workers",
        ];
        var described = document.GetProperty("paths").EnumerateObject().Select(path => path.Name);
        Assert.Equal(routes.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Indicators_and_workers_are_listed()
    {
        await using var server = await RunningServer.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var rsi = Assert.Single(await server.Client.IndicatorsAsync(cancellation), one => one.Type == "rsi");
        var worker = Assert.Single(await server.Client.WorkersAsync(cancellation));

        var output = Assert.Single(rsi.Outputs);
        Assert.Equal((0d, 100d), (output.Low, output.High));
        Assert.Contains(worker.Roles, role => role.Role == "training" && role.Capacity >= 1);
    }

    [Fact]
    public async Task Bars_sent_as_a_body_become_a_dataset_and_leave_nothing_else_behind()
    {
        await using var server = await RunningServer.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var rows = Enumerable
            .Range(0, 500)
            .Select(hour => $"{1_600_000_000L / 3600 * 3600 + (hour * 3600L)},10,11,9,{10 + (hour % 7 * 0.1):0.0},5");
        var csv = "timestamp,open,high,low,close,volume\n" + string.Join('\n', rows) + "\n";
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv));
        var request = new ImportRequest
        {
            Name = "../../secret/bars.csv",
            Symbol = "TEST",
            Timeframe = "1h",
            Kind = "crypto",
        };
        var report = await server.Client.ImportAsync(request, file, cancellation);

        Assert.Equal((500, "bars.csv"), (report.Dataset.Bars, report.Source));
        Assert.Equal("crypto", Assert.Single(await server.Client.DatasetsAsync(cancellation)).Kind);
        Assert.Equal(3, (await server.Client.DatasetAsync("TEST", "1h", cancellation)).Windows.Count);
        Assert.DoesNotContain(Directory.EnumerateDirectories(server.Home), path => path.Contains(".incoming"));

        using var broken = new MemoryStream("timestamp,open\n1,2\n"u8.ToArray());
        var refused = await Assert.ThrowsAsync<KtrdrApiException>(() =>
            server.Client.ImportAsync(request, broken, cancellation)
        );
        Assert.Equal("invalid_data", refused.Problem.Code);
    }

    [Fact]
    public async Task A_strategy_text_is_judged_with_every_error()
    {
        await using var server = await RunningServer.StartAsync();
        var judged = await server.Client.ValidateTextAsync("name: half\n", TestContext.Current.CancellationToken);
        Assert.False(judged.Valid);
        Assert.Contains("indicators", judged.MissingSections);
        Assert.NotEmpty(judged.Errors);
    }
}
