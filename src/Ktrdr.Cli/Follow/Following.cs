using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>Stays with an operation until it has ended and says how.</summary>
internal static class Following
{
    /// <summary>Shows the operation as it goes on: a live tree on a terminal, plain lines elsewhere, JSON at the end for machines.</summary>
    /// <returns>The exit code that its end stands for.</returns>
    public static async Task<int> ToTheEndAsync(
        Connection connection,
        string operationId,
        Call call,
        CancellationToken cancellationToken
    )
    {
        var snapshots = Watching.SnapshotsAsync(connection, operationId, call, cancellationToken);
        try
        {
            var live = call.Surroundings.Interactive && !call.Json;
            return Tell(
                live
                    ? await LiveTree.ShowAsync(snapshots, call.Surroundings, cancellationToken)
                    : await LastAsync(snapshots, new Story(), call),
                call
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Note(connection.AfterInterrupt(operationId));
            throw;
        }
    }

    /// <summary>Waits in silence, for so long at most, and then says how it ended.</summary>
    /// <returns>The exit code that its end stands for, or 3 when the time ran out.</returns>
    public static async Task<int> WaitAsync(
        Connection connection,
        string operationId,
        TimeSpan? atMost,
        Call call,
        CancellationToken cancellationToken
    )
    {
        var now = await connection.Client.GetOperationAsync(operationId, cancellationToken);
        if (connection.Server is null && !now.IsTerminal)
        {
            throw new Complaint(
                Exit.Error,
                connection.SharesRecords
                    ? $"{operationId} is {now.Status}, and no server runs for this home that could tell when it ends."
                    : $"{operationId} is {now.Status} and nothing works on it: no server runs for this home.",
                connection.SharesRecords
                    ? "Name a server on the same database with --url; 'ktrdr workers' shows who works on it."
                    : "Start one with 'ktrdr serve'; it goes on where the work stopped."
            )
            {
                Code = "no_server",
                OperationId = operationId,
            };
        }

        using var patience = new CancellationTokenSource(atMost ?? Timeout.InfiniteTimeSpan, call.Surroundings.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var snapshots = Watching.SnapshotsAsync(connection, operationId, call, either.Token);
            return Tell(await LastAsync(snapshots, story: null, call), call);
        }
        catch (OperationCanceledException)
            when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Complaint(
                Exit.Stopped,
                $"{operationId} had not ended after {Words.Duration(atMost!.Value.TotalSeconds)}. It goes on.",
                "Wait longer with --timeout, or stop it with 'ktrdr operations cancel'."
            )
            {
                Code = "wait_timed_out",
                OperationId = operationId,
            };
        }
    }

    private static int Tell(Snapshot end, Call call)
    {
        call.Answer(
            new One<OperationView> { Success = true, Data = end.Root },
            json => json.OneOperationView,
            _ => Summary.Of(end)
        );
        return Exit.Of(end.Root.Status, end.Root.ErrorCode);
    }

    private static async Task<Snapshot> LastAsync(IAsyncEnumerable<Snapshot> snapshots, Story? story, Call call)
    {
        Snapshot? last = null;
        await foreach (var snapshot in snapshots)
        {
            last = snapshot;
            call.Say(story?.Tell(snapshot) ?? []);
        }

        return last ?? throw new InvalidOperationException("Watching an operation ended without a snapshot of it.");
    }
}
