using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Ktrdr.Cli;

/// <summary>One tool. Its answer is JSON; a refusal is a tool error with code, message and next step, for the assistant to act on.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does.</param>
/// <param name="parameters">What it takes, and nothing else.</param>
/// <param name="answer">Does it.</param>
internal sealed class AssistantTool(
    string name,
    string description,
    IReadOnlyList<AssistantParameter> parameters,
    Func<AssistantArguments, CancellationToken, Task<string>> answer
) : McpServerTool
{
    /// <summary>Whether it does more than look.</summary>
    public bool Changes { get; init; }

    /// <inheritdoc/>
    public override Tool ProtocolTool =>
        new()
        {
            Name = name,
            Description = description,
            InputSchema = Schema,
            Annotations = new ToolAnnotations { ReadOnlyHint = !Changes, DestructiveHint = false },
        };

    /// <inheritdoc/>
    public override IReadOnlyList<object> Metadata => [];

    /// <inheritdoc/>
    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            var given = AssistantArguments.Read(request.Params?.Arguments, parameters);
            return Result(await answer(given, cancellationToken), isError: false);
        }
        catch (Exception fault) when ((fault as Complaint ?? Faults.Explain(fault)) is { } complaint)
        {
            return Result(Refusal(complaint), isError: true);
        }
    }

    private static CallToolResult Result(string json, bool isError) =>
        new() { Content = [new TextContentBlock { Text = json }], IsError = isError };

    private static string Refusal(Complaint complaint) =>
        JsonSerializer.Serialize(
            new ProblemView
            {
                Type = "about:blank",
                Title = "The tool did nothing.",
                Detail = complaint.Message,
                Code = complaint.Code,
                Next = complaint.Next,
                OperationId = complaint.OperationId,
            },
            ClientJson.Default.ProblemView
        );

    private JsonElement Schema =>
        JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(
                    parameters.Select(parameter =>
                        KeyValuePair.Create<string, JsonNode?>(
                            parameter.Name,
                            new JsonObject { ["type"] = parameter.Kind, ["description"] = parameter.Meaning }
                        )
                    )
                ),
                ["required"] = new JsonArray([
                    .. parameters.Where(parameter => parameter.Required).Select(parameter => (JsonNode)parameter.Name),
                ]),
                ["additionalProperties"] = false,
            }
        );
}
