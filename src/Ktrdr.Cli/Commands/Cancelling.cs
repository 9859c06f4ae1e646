using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>Stopping work, whoever runs it.</summary>
internal static class Cancelling
{
    /// <summary>Asks for the stop. In a home without a server the recorded work is stopped by hosting it until it has ended.</summary>
    public static async Task<int> AskAsync(
        Call call,
        Func<IKtrdrClient, CancellationToken, Task<CancelResponse>> cancel,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await ConnectAsync(call, cancel, cancellationToken);
        var response = await cancel(connection.Client, cancellationToken);
        if (connection.Hosted)
        {
            await connection.Client.WaitAsync(response.OperationId, cancellationToken);
        }

        call.Answer(
            response,
            json => json.CancelResponse,
            answer => [Words.Plain(answer.Message), .. answer.Cancelled.Select(id => $"  {Words.Plain(id)}")]
        );
        return Exit.Done;
    }

    /// <summary>Who can be asked for the stop. Where there is nothing to stop, the refusal comes from the records and nothing is
    /// hosted.</summary>
    public static async Task<Connection> ConnectAsync(
        Call call,
        Func<IKtrdrClient, CancellationToken, Task<CancelResponse>> cancel,
        CancellationToken cancellationToken
    )
    {
        var reading = await Connection.ForReadingAsync(call, cancellationToken);
        if (reading.Server is not null)
        {
            return reading;
        }

        await using (reading)
        {
            var live = await reading.Client.ListOperationsAsync(new OperationFilter(Limit: 1), cancellationToken);
            if (live.ActiveCount == 0)
            {
                await cancel(reading.Client, cancellationToken);
            }
        }

        return await Connection.ForWorkAsync(call, cancellationToken);
    }
}
