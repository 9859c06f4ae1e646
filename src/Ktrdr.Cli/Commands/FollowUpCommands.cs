using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary><c>ktrdr operations resume</c> and <c>retry</c>: what follows an operation that failed or was cancelled.</summary>
internal static class FollowUpCommands
{
    private const string Codes =
        "Without a server it runs in this process, which stays to the end. "
        + "Exit codes: 0 started or completed, 3 cancelled, 4 no API key, 5 failed by a fault, 6 turned away by a gate, 7 budget exhausted.";

    /// <summary>Going on where it stopped.</summary>
    public static Command Resume(Shell shell) =>
        Build(
            shell,
            "resume",
            "Go on where a failed or cancelled cycle, training or backtest stopped, as a new operation: what it finished or bought is "
                + "taken from its record. ",
            (client, id, token) => client.ResumeAsync(id, token),
            "ktrdr operations resume op_agent_research_20260101_120000_1a2b3c4d --follow"
        );

    /// <summary>Beginning anew.</summary>
    public static Command Retry(Shell shell) =>
        Build(
            shell,
            "retry",
            "Do the order of a failed or cancelled cycle, training or backtest anew, with the same seed, as a new operation. ",
            (client, id, token) => client.RetryAsync(id, token),
            "ktrdr operations retry op_training_20260101_120000_1a2b3c4d"
        );

    private static Command Build(
        Shell shell,
        string name,
        string help,
        Func<IKtrdrClient, string, CancellationToken, Task<StartResponse>> start,
        string example
    )
    {
        var id = OperationCommands.Id();
        var follow = Follow.Option();
        return shell.Define(
            new Command(name, help + Codes) { id, follow },
            (call, cancellationToken) =>
                RunCommands.StartAsync(
                    call,
                    (client, token) => start(client, call.Value(id), token),
                    call.Value(follow),
                    cancellationToken
                ),
            example
        );
    }
}
