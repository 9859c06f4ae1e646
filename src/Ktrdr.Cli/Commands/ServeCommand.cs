using System.CommandLine;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr serve</c>: the API and its workers, until it is stopped.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Shell shell)
    {
        var port = Shell.Whole(
            "--port",
            "The port to listen on, on this machine only (default 8000; 0 for a free one).",
            0,
            65535
        );
        var roles = WorkerCommands.Roles();
        return shell.Define(
            new Command(
                "serve",
                "Serve this home: its API, and the work it recorded. Ctrl-C hands unfinished work back."
            )
            {
                port,
                roles,
            },
            async (call, cancellationToken) =>
            {
                var wanted = call.Value(port) ?? ServerOptions.DefaultPort;
                await using var host = await HostedServer.StartAsync(
                    call.Home,
                    wanted,
                    anotherIfTaken: false,
                    call.Value(roles),
                    cancellationToken
                );
                call.Say($"ktrdr serves {call.Home} at {host.Url}. Ctrl-C stops it.");
                await host.UntilStoppedAsync(cancellationToken);
                call.Note(
                    call.SharesRecords
                        ? "Stopped. Unfinished work was handed back: whoever works on this database goes on with it at once, else "
                            + "the next process there. 'ktrdr operations list' shows it, 'ktrdr agent cancel ID' ends it for good."
                        : "Stopped. Unfinished work is recorded; the next host of this home goes on with it."
                );
                return Exit.Done;
            },
            "ktrdr serve",
            "ktrdr serve --port 8001 --home ~/research",
            "ktrdr serve --roles none"
        );
    }
}
