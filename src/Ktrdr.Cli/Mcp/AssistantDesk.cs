using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>Answers an assistant as the commands answer a person: from the home's server, from one hosted here while a cycle
/// needs it, or from the records in place.</summary>
/// <remarks>One question at a time: none may come while a host is going away.</remarks>
internal sealed class AssistantDesk(Call call) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _leaving = new();
    private Connection? _host;
    private Task _hosting = Task.CompletedTask;

    /// <summary>For questions that only look.</summary>
    public Task<string> ReadAsync(Func<IKtrdrClient, CancellationToken, Task<string>> ask, CancellationToken token) =>
        AskAsync(cancellation => Connection.ForReadingAsync(call, cancellation), ask, token);

    /// <summary>For what needs work done.</summary>
    public Task<string> WorkAsync(Func<IKtrdrClient, CancellationToken, Task<string>> ask, CancellationToken token) =>
        AskAsync(cancellation => Connection.ForWorkAsync(call, cancellation), ask, token);

    /// <summary>For a stop: hosts only where something is recorded that could be stopped.</summary>
    public Task<string> CancelAsync(
        Func<IKtrdrClient, CancellationToken, Task<CancelResponse>> cancel,
        Func<CancelResponse, string> write,
        CancellationToken token
    ) =>
        AskAsync(
            cancellation => Cancelling.ConnectAsync(call, cancel, cancellation),
            async (client, cancellation) => write(await cancel(client, cancellation)),
            token
        );

    /// <summary>Leaves: work that a host here has not finished stays recorded, and the next host goes on with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _hosting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _leaving.Dispose();
        _one.Dispose();
    }

    private async Task<string> AskAsync(
        Func<CancellationToken, Task<Connection>> connect,
        Func<IKtrdrClient, CancellationToken, Task<string>> ask,
        CancellationToken cancellationToken
    )
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var connection = await connect(cancellationToken);
            if (!connection.Hosted)
            {
                await using (connection)
                {
                    return await ask(connection.Client, cancellationToken);
                }
            }

            _host = connection;
            try
            {
                return await ask(connection.Client, cancellationToken);
            }
            finally
            {
                _hosting = UntilIdleAsync(connection, _leaving.Token);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Hosts as long as a cycle is live, whoever started it, and then lets the home go.</summary>
    private async Task UntilIdleAsync(Connection host, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await host.Client.AgentStatusAsync(cancellationToken) is ActiveAgent active)
            {
                await host.Client.WaitAsync(active.OperationId, cancellationToken);
                continue;
            }

            await _one.WaitAsync(cancellationToken);
            try
            {
                // Asked again where nobody can start another meanwhile.
                if (await host.Client.AgentStatusAsync(cancellationToken) is IdleAgent)
                {
                    _host = null;
                    await host.DisposeAsync();
                    return;
                }
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
