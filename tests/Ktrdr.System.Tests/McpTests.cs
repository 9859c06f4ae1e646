using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Ktrdr.System.Tests;

/// <summary>An assistant works with the real program through the protocol's own client.</summary>
public sealed class McpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_assistant_finds_the_tools_and_what_each_takes()
    {
        using var home = new Home();
        await using var assistant = await home.AssistAsync(_ => { }, Cancellation);

        var tools = await assistant.ListToolsAsync(cancellationToken: Cancellation);

        Assert.Equal(
            [
                "agent_budget",
                "agent_status",
                "cancel_cycle",
                "list_indicators",
                "list_operations",
                "list_strategies",
                "show_operation",
                "show_strategy",
                "trigger_cycle",
                "validate_strategy",
            ],
            tools.Select(tool => tool.Name).Order(StringComparer.Ordinal)
        );
        Assert.All(tools, tool => Assert.False(tool.JsonSchema.GetProperty("additionalProperties").GetBoolean()));
        Assert.Equal(
            ["cancel_cycle", "trigger_cycle"],
            tools.Where(tool => tool.ProtocolTool.Annotations!.ReadOnlyHint is false).Select(tool => tool.Name).Order()
        );
        Assert.Contains("never instructions", assistant.ServerInstructions);
    }

    [Fact]
    public async Task A_cycle_that_an_assistant_starts_runs_in_its_process_until_it_has_ended()
    {
        using var home = Home.Scripted("0");
        await using (var assistant = await home.AssistAsync(_ => { }, Cancellation))
        {
            var started = await AnswerAsync(assistant, "trigger_cycle", new() { ["seed"] = 7 });
            var id = (string)started["operation_id"]!;
            JsonNode operation;
            do
            {
                operation = await AnswerAsync(assistant, "show_operation", new() { ["operation_id"] = id });
            } while ((string)operation["status"]! is "pending" or "running");

            Assert.Equal(("completed", 7), ((string)operation["status"]!, (int)operation["seed"]!));
            Assert.Equal(id, (string)(await AnswerAsync(assistant, "agent_status"))["last_cycle"]!["operation_id"]!);
            Assert.Equal(5, (int)(await AnswerAsync(assistant, "list_operations"))["total_count"]!);
            Assert.Equal(0m, (decimal)(await AnswerAsync(assistant, "agent_budget"))["settled"]!);
            var name = (string)(await AnswerAsync(assistant, "list_strategies"))["data"]![0]!["name"]!;
            var strategy = await AnswerAsync(assistant, "show_strategy", new() { ["name"] = name });
            Assert.True(
                (bool)
                    (await AnswerAsync(assistant, "validate_strategy", new() { ["text"] = (string)strategy["yaml"]! }))[
                        "valid"
                    ]!
            );
        }

        // Nobody holds the home any more.
        (await home.RunAsync("agent", "status")).With(exitCode: 0);
    }

    [Fact]
    public async Task A_cycle_can_be_stopped_and_a_second_one_is_refused_with_code_message_and_next_step()
    {
        using var home = Home.Scripted("3600");
        var told = new List<string>();
        await using var assistant = await home.AssistAsync(told.Add, Cancellation);
        var id = (string)(await AnswerAsync(assistant, "trigger_cycle"))["operation_id"]!;

        var refused = await RefusalAsync(assistant, "trigger_cycle");
        Assert.Equal(("active_cycle_exists", id), ((string)refused["code"]!, (string)refused["operation_id"]!));
        Assert.Contains(id, (string)refused["detail"]!);
        Assert.Contains("ktrdr agent cancel", (string)refused["next"]!);

        Assert.Equal(
            "Cancellation requested",
            (string)(await AnswerAsync(assistant, "cancel_cycle", new() { ["operation_id"] = id }))["message"]!
        );
        Assert.Contains(told, line => line.Contains("this process hosts one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_of_the_home_answers_an_assistant_too()
    {
        using var home = Home.Scripted("0");
        using var server = await home.ServeAsync();
        await using var assistant = await home.AssistAsync(_ => { }, Cancellation);

        var id = (string)(await AnswerAsync(assistant, "trigger_cycle"))["operation_id"]!;

        Assert.Equal("completed", (await server.EndAsync(id)).Status);
    }

    [Theory]
    [InlineData("show_operation", """{"operation_id": "op_gone"}""", "unknown_operation", "op_gone")]
    [InlineData("show_operation", """{}""", "invalid_arguments", "operation_id is missing")]
    [InlineData("show_strategy", """{"nam": "x"}""", "invalid_arguments", "Did you mean 'name'?")]
    [InlineData("show_strategy", """{"name": "../../etc/passwd"}""", "", "../../etc/passwd")]
    [InlineData("trigger_cycle", """{"seed": "one"}""", "invalid_arguments", "seed is \"one\"")]
    [InlineData("trigger_cycle", """{"bypass_gates": 1}""", "invalid_arguments", "bypass_gates is 1")]
    [InlineData("list_operations", """{"limit": 0}""", "invalid_value", "limit is '0'")]
    [InlineData("cancel_cycle", """{}""", "no_active_cycle", "No research cycle is running")]
    public async Task What_makes_no_sense_is_a_tool_error_that_says_why(
        string tool,
        string arguments,
        string code,
        string message
    )
    {
        using var home = new Home();
        await using var assistant = await home.AssistAsync(_ => { }, Cancellation);

        var refused = await RefusalAsync(
            assistant,
            tool,
            JsonNode.Parse(arguments)!.AsObject().ToDictionary(pair => pair.Key, pair => (object?)pair.Value)
        );

        Assert.Contains(message, (string)refused["detail"]!);
        Assert.Contains(code, (string)refused["code"]!);
        Assert.NotEmpty((string)refused["next"]!);
    }

    private static async Task<JsonNode> AnswerAsync(
        McpClient assistant,
        string tool,
        Dictionary<string, object?>? arguments = null
    )
    {
        var answer = await assistant.CallToolAsync(tool, arguments, cancellationToken: Cancellation);
        var text = Text(answer);
        Assert.True(answer.IsError is not true, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<JsonNode> RefusalAsync(
        McpClient assistant,
        string tool,
        Dictionary<string, object?>? arguments = null
    )
    {
        var answer = await assistant.CallToolAsync(tool, arguments, cancellationToken: Cancellation);
        Assert.True(answer.IsError);
        return JsonNode.Parse(Text(answer))!;
    }

    private static string Text(CallToolResult answer) =>
        Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text;
}
