using System.CommandLine;
using System.Globalization;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr agent …</c>: research cycles.</summary>
internal static class AgentCommands
{
    /// <summary>The group.</summary>
    public static Command Build(Shell shell) =>
        Shell.Group(
            "agent",
            "Research cycles: start one, see where it stands, stop it, see what it cost.",
            Trigger(shell),
            Status(shell),
            Cancel(shell),
            Budget(shell)
        );

    private static Command Trigger(Shell shell)
    {
        var follow = Follow.Option();
        var symbol = new Option<string?>("--symbol") { Description = "Research this symbol.", HelpName = "S" };
        var timeframe = new Option<string?>("--timeframe")
        {
            Description = "Research bars of this length, such as 1h.",
            HelpName = "T",
        };
        var strategy = new Option<string?>("--strategy")
        {
            Description = "Try this strategy of the home instead of designing one.",
            HelpName = "NAME",
        };
        var brief = new Option<string?>("--brief")
        {
            Description = "A wish for the design, in plain words; recorded, but the built-in designer cannot read it.",
            HelpName = "TEXT",
        };
        var seed = Shell.Whole("--seed", "The seed that decides the cycle; drawn and recorded when left out.", 0);
        var bypass = new Option<bool>("--bypass-gates", "-b")
        {
            Description = "Judge and record the gates, but let the cycle go on.",
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "The model that designs and assesses.",
            HelpName = "M",
        };

        var command = new Command(
            "trigger",
            "Start one research cycle and print its id. Without a server the cycle runs in this process, which stays to the end. "
                + "Exit codes: 0 started or completed, 3 cancelled, 5 failed by a fault, 6 turned away by a gate, 7 budget exhausted."
        )
        {
            follow,
            symbol,
            timeframe,
            strategy,
            brief,
            seed,
            bypass,
            model,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(strategy) is not null && result.GetValue(brief) is not null)
            {
                result.AddError("--brief and --strategy exclude each other: a named strategy is not designed.");
            }
        });
        return shell.Define(
            command,
            async (call, cancellationToken) =>
            {
                var request = new TriggerRequest
                {
                    Model = call.Value(model),
                    Brief = call.Value(brief),
                    Strategy = call.Value(strategy),
                    Seed = call.Value(seed),
                    Symbol = call.Value(symbol),
                    Timeframe = call.Value(timeframe),
                    BypassGates = call.Value(bypass),
                };
                await using var connection = await Connection.ForWorkAsync(call, cancellationToken);
                return await StartAsync(call, connection, request, call.Value(follow), cancellationToken);
            },
            "ktrdr agent trigger --follow",
            "ktrdr agent trigger --symbol EURUSD --timeframe 1h --seed 1 -f",
            "ktrdr agent trigger --strategy my_idea --bypass-gates"
        );
    }

    private static async Task<int> StartAsync(
        Call call,
        Connection connection,
        TriggerRequest request,
        bool follow,
        CancellationToken cancellationToken
    )
    {
        TriggerResponse started;
        try
        {
            started = await connection.Client.TriggerAsync(request, cancellationToken);
        }
        catch (KtrdrApiException refusal)
            when (connection.Hosted && refusal.Problem is { Code: "active_cycle_exists", OperationId: { } })
        {
            return await FinishEarlierAsync(call, connection, refusal, cancellationToken);
        }

        if (!follow && !connection.Hosted)
        {
            call.Answer(
                started,
                ClientJson.Default.TriggerResponse,
                answer => [Words.Plain(answer.Message), $"Model: {Words.Plain(answer.Model)}"]
            );
            return Exit.Done;
        }

        call.Say(Words.Plain(started.Message));
        return await Following.ToTheEndAsync(connection, started.OperationId, call, cancellationToken);
    }

    // This process hosts the home, so the cycle that an earlier process left is running here: leaving would stop it again.
    private static async Task<int> FinishEarlierAsync(
        Call call,
        Connection connection,
        KtrdrApiException refusal,
        CancellationToken cancellationToken
    )
    {
        var earlier = refusal.Problem.OperationId!;
        call.Note($"The cycle {earlier} of an earlier process had not ended; this process goes on with it first.");
        await Following.ToTheEndAsync(connection, earlier, call.Quietly(), cancellationToken);
        throw new Complaint(
            Exit.Error,
            $"No new cycle was started: {refusal.Message}",
            $"{earlier} has now ended; run the command again.",
            refusal
        )
        {
            Code = "active_cycle_exists",
            OperationId = earlier,
        };
    }

    private static Command Status(Shell shell) =>
        shell.Define(
            new Command("status", "Where research stands: the live cycle and its phase, or the last one."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var status = await connection.Client.AgentStatusAsync(cancellationToken);
                call.Answer(status, ClientJson.Default.AgentStatus, answer => Sentences(answer, connection));
                return Exit.Done;
            },
            "ktrdr agent status",
            "ktrdr agent status --json"
        );

    private static IEnumerable<string> Sentences(AgentStatus status, Connection connection) =>
        status switch
        {
            ActiveAgent active => Columns
                .Facts(
                    ("Status", "active"),
                    ("Phase", active.Phase),
                    ("Progress", $"{active.Progress.Percentage:0} %  {active.Progress.CurrentStep}"),
                    ("Strategy", active.StrategyName),
                    ("Operation", active.OperationId),
                    ("Child", active.ChildOperationId),
                    ("Started", Words.Moment(active.StartedAt))
                )
                .Concat(
                    connection.Server is null
                        ? ["Nothing works on it: no server runs for this home. 'ktrdr serve' goes on with it."]
                        : Array.Empty<string>()
                ),
            IdleAgent { LastCycle: { } last } => Columns.Facts(
                ("Status", "idle"),
                ("Last cycle", last.OperationId),
                ("Outcome", last.Outcome),
                ("Strategy", last.StrategyName),
                ("Ended", Words.Moment(last.CompletedAt))
            ),
            _ => ["Status  idle", "No cycle has run here yet. Start one with 'ktrdr agent trigger'."],
        };

    private static Command Cancel(Shell shell)
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The cycle to stop; the live one when left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return shell.Define(
            new Command("cancel", "Stop the live research cycle, or the one with this id.") { id },
            (call, cancellationToken) =>
                Cancelling.AskAsync(
                    call,
                    (client, token) => client.CancelCycleAsync(call.Value(id), token),
                    cancellationToken
                ),
            "ktrdr agent cancel",
            "ktrdr agent cancel op_agent_research_20260101_120000_1a2b3c4d"
        );
    }

    private static Command Budget(Shell shell) =>
        shell.Define(
            new Command("budget", "What language models cost today, and what is left."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var budget = await connection.Client.BudgetAsync(cancellationToken);
                call.Answer(
                    budget,
                    ClientJson.Default.BudgetView,
                    answer =>
                        Columns.Facts(
                            ("Day", answer.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                            ("Limit", Dollars(answer.DailyLimit)),
                            ("Spent", Dollars(answer.Settled)),
                            ("Reserved", Dollars(answer.Reserved)),
                            ("Remaining", Dollars(answer.Remaining)),
                            ("Cycles affordable", answer.CyclesAffordable?.ToString() ?? "any number"),
                            ("Mean per cycle", Dollars(answer.PerCycleMean)),
                            ("Payments", answer.SpendEvents.ToString()),
                            ("Resets", Words.Moment(answer.ResetsAt))
                        )
                );
                return Exit.Done;
            },
            "ktrdr agent budget"
        );

    private static string Dollars(decimal? amount) =>
        amount is { } known ? "$" + known.ToString("0.00##", CultureInfo.InvariantCulture) : "unlimited";
}
