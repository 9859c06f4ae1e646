using System.CommandLine;
using System.Text.Json;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr operations show</c>: everything that is recorded about one operation, with its tree as a waterfall.</summary>
internal static class ShowCommand
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true };

    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var id = OperationCommands.Id();
        return shell.Define(
            new Command(
                "show",
                "Everything that is recorded about one operation: facts, a waterfall of it and its children with their gates, result."
            )
            {
                id,
            },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var tree = await WorkTree.ReadAsync(connection.Client, call.Value(id), cancellationToken);
                call.Answer(
                    OperationCommands.Wrapped(tree.Operation),
                    json => json.OneOperationView,
                    _ => Everything(tree, call.Surroundings)
                );
                return Exit.Done;
            },
            "ktrdr operations show op_agent_research_20260101_120000_1a2b3c4d",
            "ktrdr operations show op_agent_research_20260101_120000_1a2b3c4d --json | jq .data.metadata"
        );
    }

    private static IEnumerable<string> Everything(WorkTree tree, Surroundings surroundings)
    {
        var operation = tree.Operation;
        var bill = new Bill([.. tree.All.SelectMany(each => each.Calls)]);
        var now = new Snapshot(operation, [.. tree.Children.Select(child => child.Operation)]);
        var lines = Columns
            .Facts([
                .. OperationCommands.Facts(now),
                ("Attempt", operation.Attempt.ToString()),
                ("Crashes", operation.Crashes == 0 ? null : operation.Crashes.ToString()),
                ("Trace", operation.TraceId),
                ("Calls", bill.Calls),
                ("Tokens", bill.Tokens),
            ])
            .Append("")
            .Concat(Waterfall.Lines(tree, surroundings.Clock.GetUtcNow(), surroundings.Width))
            .Append("")
            .Append("Facts")
            .Concat(OperationCommands.Indented(JsonSerializer.Serialize(operation.Metadata, s_readable)));
        return operation.ResultSummary is { } result
            ? lines
                .Append("")
                .Append("Result")
                .Concat(OperationCommands.Indented(JsonSerializer.Serialize(result, s_readable)))
            : lines;
    }
}
