using System.CommandLine;
using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr worker</c>, which works for servers elsewhere, and <c>ktrdr workers</c>, which says who does.</summary>
internal static class WorkerCommands
{
    /// <summary>The option of every command whose process works.</summary>
    public static Option<string?> Roles() =>
        new("--roles")
        {
            Description =
                "What this process does: some of research, agent, training, backtesting, with commas between, or training=4 for "
                + "four at once; all (default), or none.",
            HelpName = "ROLES",
        };

    /// <summary>The command that works.</summary>
    public static Command Work(Shell shell)
    {
        var roles = Roles();
        return shell.Define(
            new Command(
                "worker",
                "Work for the servers that record their operations in the database KTRDR_DATABASE names. Ctrl-C hands unfinished "
                    + "work back."
            )
            {
                roles,
            },
            async (call, cancellationToken) =>
            {
                await using var worker = await HostedWorker.StartAsync(call.Home, call.Value(roles), cancellationToken);
                call.Say($"{worker.Node} works in {call.Home}: {InWords(worker.Roles)}. Ctrl-C stops it.");
                await worker.UntilStoppedAsync(cancellationToken);
                call.Note("Stopped. Unfinished work was handed back, and the others go on with it at once.");
                return Exit.Done;
            },
            "ktrdr worker --roles training,backtesting",
            "ktrdr worker --roles training=4 --home ~/worker"
        );
    }

    /// <summary>The command that lists.</summary>
    public static Command List(Shell shell) =>
        shell.Define(
            new Command(
                "workers",
                "Who works on this home's operations: their roles, their load, their last check-in."
            ),
            async (call, cancellationToken) =>
            {
                await using var connection = await Connection.ForReadingAsync(call, cancellationToken);
                var workers = await connection.Client.WorkersAsync(cancellationToken);
                call.Answer(
                    Whole.Of(workers),
                    json => json.ManyWorkerView,
                    answer => Lines(answer.Data, call.Surroundings.Clock.GetUtcNow())
                );
                return Exit.Done;
            },
            "ktrdr workers",
            "ktrdr workers --json | jq '.data[].node'"
        );

    private static IEnumerable<string> Lines(IReadOnlyList<WorkerView> workers, DateTimeOffset now) =>
        workers.Count == 0
            ? ["Nobody works here now. Start a server with 'ktrdr serve', or a worker with 'ktrdr worker'."]
            : Columns.Lay(
                ["NODE", "LOAD", "HEARD OF", "SINCE", "HOME"],
                workers.Select(worker =>
                    (IReadOnlyList<string>)
                        [
                            worker.Node,
                            worker.Roles.Count == 0
                                ? "serves only"
                                : string.Join(
                                    ", ",
                                    worker.Roles.Select(role => $"{role.Role} {role.Running}/{role.Capacity}")
                                ),
                            $"{Words.Duration(Math.Max(0, (now - worker.LastCheckIn).TotalSeconds))} ago",
                            Words.Moment(worker.StartedAt),
                            worker.Home,
                        ]
                )
            );

    private static string InWords(IReadOnlyList<string> roles) =>
        roles.Count == 0 ? "no role, so nothing" : string.Join(", ", roles);
}
