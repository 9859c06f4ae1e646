using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr operations …</c>: everything that runs or ran.</summary>
internal static class OperationCommands
{
    private static readonly string[] s_types =
    [
        "agent_research",
        "agent_design",
        "training",
        "backtesting",
        "agent_assessment",
        "data_load",
    ];

    private static readonly string[] s_statuses = ["pending", "running", "completed", "failed", "cancelled"];

    /// <summary>The group.</summary>
    public static Command Build(Shell shell) =>
        Shell.Group(
            "operations",
            "Everything that runs or ran: cycles, designs, trainings, backtests, assessments.",
            List(shell),
            Status(shell),
            ShowCommand.Build(shell),
            Cancel(shell),
            Wait(shell),
            FollowUpCommands.Resume(shell),
            FollowUpCommands.Retry(shell),
            ExchangesCommand.Build(shell),
            ReplayCommand.Build(shell)
        );

    private static Command List(Shell shell)
    {
        var type = OneOf("--type", "Only this type.", s_types);
        var status = OneOf("--status", "Only this status.", s_statuses);
        var limit = Shell.Whole("--limit", "At most so many (default 10).", 1, 1000);
        var offset = Shell.Whole("--offset", "Pass over so many of the newest.", 0);
        return shell.Define(
            new Command("list", "Operations, newest first.") { type, status, limit, offset },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var page = await connection.Client.ListOperationsAsync(
                    new OperationFilter(
                        call.Value(type),
                        call.Value(status),
                        call.Value(limit) ?? 10,
                        call.Value(offset) ?? 0
                    ),
                    cancellationToken
                );
                call.Answer(page, json => json.ManyOperationView, Rows);
                return Exit.Done;
            },
            "ktrdr operations list",
            "ktrdr operations list --type agent_research --status failed --limit 50",
            "ktrdr operations list --json | jq '.data[].operation_id'"
        );
    }

    private static IEnumerable<string> Rows(Many<OperationView> page)
    {
        if (page.Data.Count == 0)
        {
            return
            [
                page.TotalCount == 0 ? "No operation matches." : $"Nothing beyond the {page.TotalCount} that match.",
            ];
        }

        return Columns
            .Lay(
                ["OPERATION", "TYPE", "STATUS", "DONE", "TOOK", "CREATED", "STRATEGY"],
                page.Data.Select(operation =>
                    (IReadOnlyList<string>)
                        [
                            operation.OperationId,
                            operation.OperationType,
                            operation.Status.ToUpperInvariant(),
                            $"{operation.Progress.Percentage:0} %",
                            operation.DurationSeconds is { } seconds ? Words.Duration(seconds) : "",
                            Words.Moment(operation.CreatedAt),
                            Words.TextIn(operation.Metadata, "strategy_name") ?? "",
                        ]
                )
            )
            .Append($"{page.Data.Count} of {page.TotalCount}, {page.ActiveCount} active");
    }

    private static Command Status(Shell shell)
    {
        var id = Id();
        return shell.Define(
            new Command("status", "Where one operation stands, and why it failed if it did.") { id },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var operation = await connection.Client.GetOperationAsync(call.Value(id), cancellationToken);
                call.Answer(
                    Wrapped(operation),
                    json => json.OneOperationView,
                    answer => Columns.Facts(Facts(new Snapshot(answer.Data, [])))
                );
                return Exit.Done;
            },
            "ktrdr operations status op_training_20260101_120000_1a2b3c4d"
        );
    }

    /// <summary>What anybody asks first about an operation.</summary>
    public static (string Name, string? Value)[] Facts(Snapshot now)
    {
        var operation = now.Root;
        return
        [
            ("Operation", operation.OperationId),
            ("Type", operation.OperationType),
            ("Status", operation.Status.ToUpperInvariant()),
            ("Progress", $"{operation.Progress.Percentage:0} %  {Snapshot.Standing(operation)}"),
            ("Parent", operation.ParentOperationId),
            ("Resumes", Words.TextIn(operation.Metadata, "resumes")),
            ("Retries", Words.TextIn(operation.Metadata, "retries")),
            ("Strategy", Words.TextIn(operation.Metadata, "strategy_name")),
            ("Result", operation.Status == "completed" ? Snapshot.Upshot(operation) : null),
            ("Verdict", Words.TextIn(operation.Metadata, "assessment_verdict")),
            ("Error", operation.ErrorMessage),
            ("Code", operation.ErrorCode),
            ("Next", operation.Next),
            ("Seed", operation.Seed?.ToString()),
            ("Created", Words.Moment(operation.CreatedAt)),
            ("Started", Words.Moment(operation.StartedAt)),
            ("Ended", Words.Moment(operation.CompletedAt)),
            ("Took", operation.DurationSeconds is { } seconds ? Words.Duration(seconds) : null),
            ("Note", now.Caveat),
        ];
    }

    /// <summary>A document under its heading.</summary>
    public static IEnumerable<string> Indented(string document) =>
        Words.Document(document).Split('\n').Select(line => "  " + line);

    private static Command Cancel(Shell shell)
    {
        var id = Id();
        return shell.Define(
            new Command("cancel", "Stop one operation and everything below it.") { id },
            (call, cancellationToken) =>
                Cancelling.AskAsync(
                    call,
                    (client, token) => client.CancelOperationAsync(call.Value(id), token),
                    cancellationToken
                ),
            "ktrdr operations cancel op_training_20260101_120000_1a2b3c4d"
        );
    }

    private static Command Wait(Shell shell)
    {
        var id = Id();
        var timeout = Shell.Positive("--timeout", "Give up after so many seconds and exit with 3.", "SECONDS");
        return shell.Define(
            new Command(
                "wait",
                "Wait until an operation has ended. Exit codes: 0 completed, 3 cancelled or timed out, "
                    + "5 failed by a fault, 6 turned away by a gate."
            )
            {
                id,
                timeout,
            },
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                return await Following.WaitAsync(
                    connection,
                    call.Value(id),
                    call.Value(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    call,
                    cancellationToken
                );
            },
            "ktrdr operations wait op_agent_research_20260101_120000_1a2b3c4d --timeout 600"
        );
    }

    /// <summary>The id that a command of the group takes.</summary>
    public static Argument<string> Id() =>
        new("ID") { Description = "The operation's id, as 'operations list' shows it." };

    /// <summary>An operation as the API answers with it.</summary>
    public static One<OperationView> Wrapped(OperationView operation) => new() { Success = true, Data = operation };

    private static Option<string?> OneOf(string name, string description, string[] words) =>
        new(name)
        {
            Description = $"{description} One of {string.Join(", ", words)}.",
            HelpName = name.TrimStart('-').ToUpperInvariant(),
            CustomParser = result =>
            {
                var written = result.Tokens[0].Value;
                if (words.Contains(written, StringComparer.OrdinalIgnoreCase))
                {
                    return written.ToLowerInvariant();
                }

                result.AddError(
                    $"{name} '{Words.Plain(written)}' is none of {string.Join(", ", words)}.{Nearest.Question(written, words)}"
                );
                return null;
            },
        };
}
