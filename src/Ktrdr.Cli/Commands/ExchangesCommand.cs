using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr operations exchanges</c>: what was said to and by language models.</summary>
internal static class ExchangesCommand
{
    // For a terminal, which is not HTML: what a person wrote stays readable, and steering characters go before it is printed.
    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var id = OperationCommands.Id();
        return shell.Define(
            new Command(
                "exchanges",
                "What was said to and by language models below an operation: each request and reply as recorded, oldest first."
            )
            {
                id,
            },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var exchanges = await connection.Client.ExchangesAsync(call.Value(id), cancellationToken);
                call.Answer(Whole.Of(exchanges), json => json.ManyExchangeView, answer => Lines(answer.Data));
                return Exit.Done;
            },
            "ktrdr operations exchanges op_agent_research_20260101_120000_1a2b3c4d",
            "ktrdr operations exchanges op_agent_research_20260101_120000_1a2b3c4d --json | jq '.data[0].request.messages'"
        );
    }

    private static IEnumerable<string> Lines(IReadOnlyList<ExchangeView> exchanges) =>
        exchanges.Count == 0
            ? ["No language model was asked below this operation."]
            : exchanges.SelectMany(exchange =>
                new[]
                {
                    $"{Words.Plain(exchange.Phase)} {Words.Plain(exchange.Name)} ({Words.Plain(exchange.OperationId)})",
                    "Request",
                }
                    .Concat(Document(exchange.Request))
                    .Append("Reply")
                    .Concat(Document(exchange.Reply))
                    .Append("")
            );

    private static IEnumerable<string> Document(JsonElement document) =>
        OperationCommands.Indented(JsonSerializer.Serialize(document, s_readable));
}
