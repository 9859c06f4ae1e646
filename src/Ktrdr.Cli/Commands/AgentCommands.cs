using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr agent …</c>: research cycles.</summary>
internal static class AgentCommands
{
    /// <summary>The group.</summary>
    public static Command Build(Shell shell) =>
        Shell.Group(
            "agent",
            "Research cycles: start one or many, see where it stands, stop it, see what it cost.",
            TriggerCommand.Build(shell),
            ContinuousCommand.Build(shell),
            Status(shell),
            Cancel(shell),
            BudgetCommand.Build(shell)
        );

    private static Command Status(Shell shell) =>
        shell.Define(
            new Command("status", "Where research stands: the live cycles and their phases, or the last one."),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var status = await connection.Client.AgentStatusAsync(cancellationToken);
                call.Answer(status, json => json.AgentStatus, answer => Sentences(answer, connection));
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
                .Concat(Others(active))
                .Concat(
                    connection switch
                    {
                        { Server: not null } => Array.Empty<string>(),
                        { SharesRecords: true } =>
                        [
                            "Its database may be worked on elsewhere: 'ktrdr workers' shows by whom. No server runs for this home.",
                        ],
                        _ => ["Nothing works on it: no server runs for this home. 'ktrdr serve' goes on with it."],
                    }
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

    private static IEnumerable<string> Others(ActiveAgent active) =>
        active.ActiveCycles is { } cycles
            ? Columns
                .Lay(
                    ["LIVE", "PHASE", "STRATEGY", "STARTED"],
                    cycles.Select(cycle =>
                        (string[])
                            [cycle.OperationId, cycle.Phase, cycle.StrategyName ?? "", Words.Moment(cycle.StartedAt)]
                    )
                )
                .Prepend("")
            : [];

    private static Command Cancel(Shell shell)
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The cycle to stop; the live one when left out, if there is just one.",
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
}
