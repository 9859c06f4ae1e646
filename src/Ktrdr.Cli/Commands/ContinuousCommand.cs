using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr agent run</c>: continuous research, cycle after cycle.</summary>
internal static class ContinuousCommand
{
    // As many as a server can be told to let live at once.
    private const int MostAtOnce = 16;

    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var cycles = Shell.Whole("--cycles", "Run so many cycles.", 1);
        var parallel = Shell.Whole(
            "--parallel",
            "Let so many live at once (default 1); the server lets in no more than AGENT_MAX_CONCURRENT_RESEARCHES.",
            1,
            MostAtOnce
        );
        var untilBudget = new Option<bool>("--until-budget")
        {
            Description = "Go on until the day's budget leaves too little for another cycle, which is success.",
        };
        var options = new CycleOptions(
            "The seed of the first cycle; each that follows has the next number. Drawn for every cycle when left out."
        );

        var command = new Command(
            "run",
            "Run one research cycle after another, or several at once, and say in a line how each ended. Waits its turn where the "
                + "server takes no more; stops when three in a row fail. Without a server the cycles run in this process. "
                + "Exit codes: 0 every cycle completed or was turned away by a gate, 3 one was cancelled, 4 no API key, "
                + "5 one failed by a fault, 7 budget exhausted (with --until-budget only if it paid for none)."
        )
        {
            cycles,
            parallel,
            untilBudget,
        };
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(cycles) is null && !result.GetValue(untilBudget))
            {
                result.AddError("Say how long to go on: --cycles N, or --until-budget.");
            }
        });
        return shell.Define(
            command,
            async (call, cancellationToken) =>
            {
                var plan = new ContinuousPlan(
                    options.RequestOf(call),
                    call.Value(cycles),
                    call.Value(parallel) ?? 1,
                    call.Value(untilBudget)
                );
                await using var connection = await Connection.ForWorkAsync(call, cancellationToken);
                if (plan is { UntilBudget: true, Cycles: null })
                {
                    await RequireAnEndAsync(connection, plan.Request, cancellationToken);
                }

                return await new ContinuousRun(connection, call, plan).ToTheEndAsync(cancellationToken);
            },
            "ktrdr agent run --cycles 20 --seed 1",
            "ktrdr agent run --cycles 100 --parallel 4 --symbol EURUSD --json",
            "ktrdr agent run --until-budget --model sonnet"
        );
    }

    /// <summary>A budget ends a run only where cycles cost something and the day has a limit.</summary>
    private static async Task RequireAnEndAsync(
        Connection connection,
        TriggerRequest request,
        CancellationToken cancellationToken
    )
    {
        var estimate = await connection.Client.EstimateAsync(request, cancellationToken);
        var why =
            estimate.CountedBy == "none" ? $"a cycle of '{Words.Plain(estimate.Model)}' costs nothing"
            : estimate.Remaining is null ? "there is no daily limit (AGENT_DAILY_BUDGET is unlimited)"
            : null;
        if (why is not null)
        {
            throw new Complaint(
                Exit.Usage,
                $"With --until-budget alone the run would never end: {why}.",
                "Say how many cycles with --cycles."
            )
            {
                Code = "no_end",
            };
        }
    }
}
