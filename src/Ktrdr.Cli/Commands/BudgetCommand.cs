using System.CommandLine;
using System.Globalization;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr agent budget</c>: the day's bill, call by call if wished.</summary>
internal static class BudgetCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var calls = new Option<bool>("--calls")
        {
            Description = "A line a call to a language model, newest first; with --json the calls alone.",
        };
        var day = Shell.Day("--day", "The UTC day whose calls to list (default: today).");
        var command = new Command("budget", "What language models cost today, and what is left.") { calls, day };
        command.Validators.Add(result =>
        {
            // Whether it was given at all: its value may be one that cannot be read.
            if (result.GetResult(day) is not null && !result.GetValue(calls))
            {
                result.AddError("--day chooses which calls to list; give it with --calls.");
            }
        });
        return shell.Define(
            command,
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var budget = await connection.Client.BudgetAsync(cancellationToken);
                if (!call.Value(calls))
                {
                    call.Answer(budget, json => json.BudgetView, Summary);
                    return Exit.Done;
                }

                var wanted = call.Value(day) ?? budget.Date;
                var listed = await connection.Client.CallsAsync(new CallFilter(wanted), cancellationToken);
                call.Answer(
                    listed,
                    json => json.ManyCallView,
                    page => Summary(budget).Append("").Concat(Lines(page.Data, wanted))
                );
                return Exit.Done;
            },
            "ktrdr agent budget",
            "ktrdr agent budget --calls",
            "ktrdr agent budget --calls --day 2026-01-31 --json | jq '.data[].settled'"
        );
    }

    private static IEnumerable<string> Summary(BudgetView budget) =>
        Columns.Facts(
            ("Day", Day(budget.Date)),
            ("Limit", Words.Dollars(budget.DailyLimit)),
            ("Spent", Words.Dollars(budget.Settled)),
            ("Reserved", Words.Dollars(budget.Reserved)),
            ("Remaining", Words.Dollars(budget.Remaining)),
            ("Cycles affordable", budget.CyclesAffordable?.ToString() ?? "any number"),
            ("Mean per cycle", Words.Dollars(budget.PerCycleMean)),
            ("Payments", budget.SpendEvents.ToString()),
            ("Resets", Words.Moment(budget.ResetsAt))
        );

    private static IEnumerable<string> Lines(IReadOnlyList<CallView> calls, DateOnly day)
    {
        if (calls.Count == 0)
        {
            return [$"No call on {Day(day)}."];
        }

        var held = Words.DollarColumn([.. calls.Select(call => (decimal?)call.Reserved)]);
        var paid = Words.DollarColumn([.. calls.Select(call => call.Settled)]);
        return Columns.Lay(
            ["AT", "PHASE", "MODEL", "OUTCOME", "HELD", "PAID", "IN", "OUT", "CACHE READ", "CACHE WRITE", "OPERATION"],
            calls.Select(
                (call, line) =>
                    (IReadOnlyList<string>)
                        [
                            Words.Moment(call.At),
                            call.Phase,
                            call.Model,
                            call.Outcome,
                            held[line],
                            paid[line],
                            Words.Count(call.InputTokens),
                            Words.Count(call.OutputTokens),
                            Words.Count(call.CacheReadTokens),
                            Words.Count(call.CacheWriteTokens),
                            call.OperationId,
                        ]
            )
        );
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
