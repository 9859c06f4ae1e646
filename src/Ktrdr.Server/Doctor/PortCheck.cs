using Ktrdr.Archive;
using Ktrdr.Operations;

namespace Ktrdr.Server;

/// <summary>Who holds the home, and who listens where its server would.</summary>
/// <param name="patience">How long a server may take to answer.</param>
internal sealed class PortCheck(TimeSpan patience)
{
    private const string Server = "server";

    /// <summary>Whether a server that commands were told to talk to answers.</summary>
    public async Task<Finding> OfNamedAsync(Uri url, CancellationToken cancellationToken) =>
        await Neighbour.AtAsync(url, patience, cancellationToken) is { } named
            ? Finding.Ok(Server, $"commands talk to {url}, which works on {named.Home}")
            : Finding.Wrong(
                Server,
                $"none answers at {url} within {patience.TotalSeconds:0} s",
                "Commands were told to talk to it, and end with exit code 8.",
                "Start it, or correct --url and KTRDR_API_URL."
            );

    /// <summary>Whether whoever holds the home answers.</summary>
    public async Task<Finding> OfHolderAsync(HomeHolder? holder, CancellationToken cancellationToken)
    {
        if (holder is null)
        {
            return Finding.Ok(Server, "none runs for this home; commands work in their own process");
        }

        if (holder.IsWorker)
        {
            return Finding.Ok(
                Server,
                $"process {holder.ProcessId} works here for servers elsewhere; commands that need one name it with --url"
            );
        }

        if (holder.Url is not { } url)
        {
            return Finding.Warning(
                Server,
                $"process {holder.ProcessId} holds the home and serves nobody",
                "It imports bars, or starts; until it is done, no other command can work here.",
                $"Wait until it is done, or end process {holder.ProcessId}."
            );
        }

        return await Neighbour.AtAsync(new Uri(url), patience, cancellationToken) is not null
            ? Finding.Ok(Server, $"process {holder.ProcessId} serves this home at {url}")
            : Finding.Wrong(
                Server,
                $"process {holder.ProcessId} holds the home and does not answer at {url}",
                "It hangs, or has been stopped; no command can work here meanwhile.",
                $"End process {holder.ProcessId} and start it anew: what it was doing is recorded and goes on."
            );
    }

    /// <summary>Whether a port is there to be served on.</summary>
    public async Task<Finding> OfAsync(
        int port,
        HomeFolder home,
        HomeHolder? holder,
        CancellationToken cancellationToken
    )
    {
        var what = $"port {port}";
        if (!Neighbour.Listens(port))
        {
            return Finding.Ok(what, "free");
        }

        var neighbour = await Neighbour.AtAsync(Neighbour.On(port), patience, cancellationToken);
        if (neighbour is not null && new HomeFolder(neighbour.Home).Root == home.Root)
        {
            return Finding.Ok(what, "this home's own server");
        }

        var value = neighbour is null
            ? "taken by another program"
            : $"taken by the server of another home, {neighbour.Home}";
        return holder switch
        {
            { Url: not null } => Finding.Ok(what, $"{value}; this home is served elsewhere"),
            { IsWorker: true } => Finding.Ok(what, $"{value}; this home is a worker's and needs none"),
            _ => Finding.Warning(
                what,
                value,
                "'ktrdr serve' listens there unless told otherwise, and scripts look for it there.",
                $"Serve on another port: ktrdr serve --port {port + 1}"
            ),
        };
    }
}
