using Ktrdr.Client;

namespace Ktrdr.Server.Tests;

public sealed class EntityTagTests
{
    private const string Status = "/api/v1/agent/status";

    [Fact]
    public async Task Whoever_knows_where_research_stands_is_told_304_until_that_changes()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var idle = await GetAsync(server, Status);
        Assert.Equal(200, idle.Code);
        Assert.DoesNotContain("W/", idle.Tag);
        Assert.Equal((304, idle.Tag, ""), await GetAsync(server, Status, idle.Tag));

        await server.Client.TriggerAsync(new TriggerRequest(), CancellationToken.None);
        var active = await GetAsync(server, Status, idle.Tag);

        Assert.Equal(200, active.Code);
        Assert.NotEqual(idle.Tag, active.Tag);
    }

    [Fact]
    public async Task An_operation_has_one_tag_while_only_its_time_goes_by_and_another_once_something_happens()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.ForEver);
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), CancellationToken.None);
        var path = $"/api/v1/operations/{cycle.OperationId}";

        // The design is under way and waits for ever: nothing more happens to the cycle by itself.
        await foreach (var line in server.Client.WatchAsync(cycle.OperationId, 0, CancellationToken.None))
        {
            if (line.Body.ContainsKey("design_op_id"))
            {
                break;
            }
        }

        var running = await GetSettledAsync(server, path);
        Assert.StartsWith("W/\"", running.Tag);
        Assert.Equal(304, (await GetAsync(server, path, "*")).Code);

        await server.Client.CancelCycleAsync(null, CancellationToken.None);
        await server.Client.WaitAsync(cycle.OperationId, CancellationToken.None);
        var ended = await GetAsync(server, path, running.Tag);

        Assert.Equal(200, ended.Code);
        Assert.Equal(304, (await GetAsync(server, path, ended.Tag)).Code);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("\"another\"")]
    public async Task A_tag_that_is_none_of_ours_is_answered_in_full(string tag)
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(200, (await GetAsync(server, Status, tag)).Code);
    }

    [Fact]
    public async Task A_refusal_has_no_tag()
    {
        await using var server = await RunningServer.StartAsync();
        var refused = await GetAsync(server, "/api/v1/operations/op_none", "*");
        Assert.Equal((404, ""), (refused.Code, refused.Tag));
    }

    [Fact]
    public async Task A_reader_that_loses_its_connection_again_and_again_reads_every_line_once()
    {
        await using var server = await RunningServer.StartAsync();
        var cycle = await server.Client.TriggerAsync(new TriggerRequest(), CancellationToken.None);
        var path = $"/api/v1/operations/{cycle.OperationId}/events";
        var seen = new List<string>();
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (seen.Count > 0)
            {
                request.Headers.Add("Last-Event-ID", seen[^1]);
            }

            using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            var before = seen.Count;
            while (seen.Count < before + 2 && await lines.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    seen.Add(line["id: ".Length..]);
                }
            }

            if (seen.Count == before)
            {
                break; // It has ended, and everything was read.
            }
        } while (true);

        var all = new List<string>();
        await foreach (var line in server.Client.WatchAsync(cycle.OperationId, 0, CancellationToken.None))
        {
            all.Add($"{line.Number}");
        }

        Assert.Equal(Enumerable.Range(1, all.Count).Select(number => $"{number}"), all);
        Assert.Equal(all, seen);
    }

    /// <summary>The answer once two in a row agree.</summary>
    private static async Task<(int Code, string Tag, string Body)> GetSettledAsync(RunningServer server, string path)
    {
        while (true)
        {
            var answer = await GetAsync(server, path);
            if (await GetAsync(server, path, $"\"other\", {answer.Tag}") == (304, answer.Tag, ""))
            {
                return answer;
            }
        }
    }

    private static async Task<(int Code, string Tag, string Body)> GetAsync(
        RunningServer server,
        string path,
        string? known = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }

        using var response = await server.Http.SendAsync(request);
        return (
            (int)response.StatusCode,
            response.Headers.ETag?.ToString() ?? "",
            await response.Content.ReadAsStringAsync()
        );
    }
}
