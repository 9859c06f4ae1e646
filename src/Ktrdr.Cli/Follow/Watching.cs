using System.Runtime.CompilerServices;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>Looks at an operation until it has ended, through lost connections and restarts of the server.</summary>
internal static class Watching
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private const int MostPauses = 8;
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>Snapshots as time passes; the last one is of an operation that has ended.</summary>
    public static async IAsyncEnumerable<Snapshot> SnapshotsAsync(
        Connection connection,
        string operationId,
        Call call,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // A server in this process tells of the end at once; of another it would take a connection to ask.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var end = connection.Hosted ? connection.Client.WaitAsync(operationId, leaving.Token) : Never;
        var pauses = 0;
        try
        {
            while (true)
            {
                Snapshot? snapshot = null;
                try
                {
                    snapshot = await LookAsync(connection.Client, operationId, cancellationToken);
                    pauses = 0;
                }
                catch (KtrdrUnreachableException) when (pauses < MostPauses)
                {
                    if (pauses++ == 0)
                    {
                        call.Note(
                            "The server does not answer; trying again. The cycle is recorded and goes on with its server."
                        );
                    }
                }

                if (snapshot is not null)
                {
                    yield return snapshot;
                    if (snapshot.Root.IsTerminal)
                    {
                        yield break;
                    }
                }

                await PauseAsync(pauses, end, call, cancellationToken);
            }
        }
        finally
        {
            await leaving.CancelAsync();
        }
    }

    private static async Task PauseAsync(int pauses, Task end, Call call, CancellationToken cancellationToken)
    {
        var pause = pauses == 0 ? Between : TimeSpan.FromTicks(Math.Min(FirstPause.Ticks * pauses, LongestPause.Ticks));
        var passed = Task.Delay(pause, call.Surroundings.Clock, cancellationToken);
        await (await Task.WhenAny(passed, end.IsFaulted ? passed : end)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing
        );
        cancellationToken.ThrowIfCancellationRequested();
    }

    // The children first: what the parent says about a child is then never older than the child.
    // An ended parent is asked for its children once more, so that the last snapshot is whole.
    private static async Task<Snapshot> LookAsync(
        IKtrdrClient client,
        string operationId,
        CancellationToken cancellationToken
    )
    {
        var children = await client.ChildrenAsync(operationId, cancellationToken);
        var root = await client.GetOperationAsync(operationId, cancellationToken);
        return new Snapshot(
            root,
            root.IsTerminal ? await client.ChildrenAsync(operationId, cancellationToken) : children
        );
    }
}
