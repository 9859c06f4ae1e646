using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary>Who answers a command: a server that runs, one that this process hosts, or the home's own records, read in place.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private const int MostLooks = 50;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private readonly IAsyncDisposable? _owned;

    private Connection(Call call, IKtrdrClient client, Uri? server, bool hosted, IAsyncDisposable? owned)
    {
        SharesRecords = call.SharesRecords;
        Client = client;
        Server = server;
        Hosted = hosted;
        _owned = owned;
    }

    /// <summary>What is asked.</summary>
    public IKtrdrClient Client { get; }

    /// <summary>Where it answers, or null when the home is read in place.</summary>
    public Uri? Server { get; }

    /// <summary>Whether the server lives in this process and ends with it.</summary>
    public bool Hosted { get; }

    /// <summary>Whether other processes may work on the same records, as far as this process's own settings say.</summary>
    public bool SharesRecords { get; }

    /// <summary>For commands that only look: nothing is started, nothing is written.</summary>
    public static async Task<Connection> ForReadingAsync(Call call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call, MayReadBesideWorker, cancellationToken) is { } running)
        {
            return running;
        }

        // Asked beside the reading, which takes as long, and told after it: the answer does not depend on it.
        var neighbour = Task.Run(() => Neighbour.OnDefaultPortAsync(cancellationToken), CancellationToken.None);
        var home = LocalHome.OpenForReading(call.Home);
        return new Connection(call, home, server: null, hosted: false, new ReadInPlace(home, call, neighbour));
    }

    /// <summary>For commands that need work done: hosts a server in this process where none runs.</summary>
    public static async Task<Connection> ForWorkAsync(Call call, CancellationToken cancellationToken)
    {
        if (await RunningAsync(call, cancellationToken) is { } running)
        {
            return running;
        }

        var neighbour = await Neighbour.OnDefaultPortAsync(cancellationToken);
        var host = await HostedServer.StartAsync(
            call.Home,
            ServerOptions.DefaultPort,
            anotherIfTaken: true,
            roles: null,
            cancellationToken
        );
        call.Note(
            $"No server runs for the home {call.Home}; this process hosts one at {host.Url} and stays to the end."
        );
        if (neighbour is not null)
        {
            call.Note(
                $"Port {ServerOptions.DefaultPort} belongs to the server of another home, {Words.Plain(neighbour.Home)}."
            );
        }

        return new Connection(call, host.Client, host.Url, hosted: true, host);
    }

    /// <summary>The server that runs: the one that was named, else this home's own, by its lock; null where there is none.</summary>
    public static Task<Connection?> RunningAsync(Call call, CancellationToken cancellationToken) =>
        FindAsync(call, NeedsServer, cancellationToken);

    private static async Task<Connection?> FindAsync(
        Call call,
        Func<Call, LocalHolder, Complaint?> besideWorker,
        CancellationToken cancellationToken
    )
    {
        if (call.Url is { } named)
        {
            return new Connection(call, new KtrdrClient(named), named, hosted: false, owned: null);
        }

        if (await HolderAsync(call, cancellationToken) is not { } holder)
        {
            return null;
        }

        if (holder.IsWorker)
        {
            return besideWorker(call, holder) is { } complaint ? throw complaint : null;
        }

        if (holder.Url is { } own)
        {
            var client = new KtrdrClient(own);
            try
            {
                await client.LiveAsync(cancellationToken);
                return new Connection(call, client, own, hosted: false, owned: null);
            }
            catch (KtrdrUnreachableException gone)
            {
                client.Dispose();
                throw new Complaint(
                    Exit.Unreachable,
                    $"Process {holder.ProcessId} holds the home {call.Home} and does not answer at {own}.",
                    "Wait until it has started, or end that process and try again.",
                    gone
                )
                {
                    Code = "server_unreachable",
                };
            }
        }

        throw new Complaint(
            Exit.Error,
            $"Process {holder.ProcessId} holds the home {call.Home} and serves nobody.",
            "Wait until it is done, or end that process and try again."
        )
        {
            Code = "home_held",
        };
    }

    private static Complaint NeedsServer(Call call, LocalHolder worker) =>
        Beside(call, worker, "Name a server on the same database with --url, or choose another --home.");

    // The records are in the database, and whoever is not told which would read a file that nobody writes to.
    private static Complaint? MayReadBesideWorker(Call call, LocalHolder worker) =>
        call.SharesRecords
            ? null
            : Beside(call, worker, "Set KTRDR_DATABASE as it is set for the worker, or name a server with --url.");

    private static Complaint Beside(Call call, LocalHolder worker, string next) =>
        new(
            Exit.Error,
            $"Process {worker.ProcessId} is a worker in the home {call.Home}: it works for servers elsewhere and serves nobody.",
            next
        )
        {
            Code = "home_held",
        };

    // A server holds its home a moment before it can say where it answers, and an import never can: both are waited for a little.
    private static async Task<LocalHolder?> HolderAsync(Call call, CancellationToken cancellationToken)
    {
        for (var looks = 1; ; looks++)
        {
            if (LocalHome.Holder(call.Home) is not { Url: null, IsWorker: false } || looks == MostLooks)
            {
                return LocalHome.Holder(call.Home);
            }

            await Task.Delay(BetweenLooks, call.Surroundings.Clock, cancellationToken);
        }
    }

    /// <summary>What Ctrl-C means for work that is under way: one sentence for the person who pressed it.</summary>
    public string AfterInterrupt(string operationId) =>
        Hosted && SharesRecords
            ? $"{operationId} is handed back; whoever works on this database goes on with it at once, else the next process there "
                + $"('ktrdr workers' shows who is there). '{Stop(operationId)}' ends it for good."
        : Hosted
            ? $"{operationId} is handed back and stays recorded; the next host of this home goes on with it "
                + $"('ktrdr serve' or 'ktrdr agent trigger'). '{Stop(operationId)}' ends it for good."
        : $"Stopped watching. {operationId} goes on at {Server}; see it with 'ktrdr operations wait {operationId}', "
            + $"stop it with '{Stop(operationId)}'.";

    /// <summary>What becomes of work that was under way when whoever answered for it could no longer be asked.</summary>
    public string AfterLoss(string operationId) =>
        Hosted
            ? AfterInterrupt(operationId)
            : $"{operationId} had not ended when {Server} was last heard; it is recorded. See it with "
                + $"'ktrdr operations wait {operationId}', stop it with '{Stop(operationId)}'.";

    private static string Stop(string operationId) =>
        operationId.StartsWith("op_agent_research_", StringComparison.Ordinal)
            ? $"ktrdr agent cancel {operationId}"
            : $"ktrdr operations cancel {operationId}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        (Client as IDisposable)?.Dispose();
        if (_owned is not null)
        {
            await _owned.DisposeAsync();
        }
    }

    private sealed class ReadInPlace(IAsyncDisposable home, Call call, Task<Neighbour?> asked) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await home.DisposeAsync();
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asked is { IsCompletedSuccessfully: true, Result: { } neighbour })
            {
                call.Note(
                    $"No server runs for the home {call.Home}; its records were read in place. "
                        + $"The server at {neighbour.Url} works on another home, {Words.Plain(neighbour.Home)}."
                );
            }
        }
    }
}
