using System.Collections.Concurrent;
using Ktrdr.Postgres;

namespace Ktrdr.Measures;

/// <summary>Real processes on one real PostgreSQL, each in a home of its own.</summary>
internal sealed class Fleet : IDisposable
{
    private const string Schema = "fleet";
    private readonly TemporaryHome _folder = new();
    private readonly PostgresServer _server;
    private readonly Dictionary<string, string> _settings;
    private readonly ConcurrentDictionary<string, Mortal> _nodes = new();

    /// <summary>Starts the database; nobody works yet.</summary>
    /// <param name="settings">What every process is told.</param>
    /// <param name="synced">Whether its commits wait for the disk.</param>
    public Fleet(IReadOnlyDictionary<string, string> settings, bool synced = false)
    {
        _server = PostgresServer.Start(synced);
        _settings = new(settings) { ["KTRDR_DATABASE"] = _server.AddressOf(Schema) };
    }

    /// <summary>The processes that are there, by name.</summary>
    public IReadOnlyDictionary<string, Mortal> Nodes => _nodes;

    /// <summary>The home of a process.</summary>
    public string HomeOf(string name) => Directory.CreateDirectory(Path.Combine(_folder.Folder, name)).FullName;

    /// <summary>What the database holds now.</summary>
    public Records Records() => Measures.Records.OfServer(_server.ConnectionTo(Schema));

    /// <summary>What the database's server has counted so far.</summary>
    public Counters Counters() => Measures.Counters.Of(_server.ConnectionTo(Schema));

    /// <summary>How all of it stands, with the files of one of the homes.</summary>
    public Standing Standing(string home, Records? before = null, bool atRest = false, int mostCycles = 1) =>
        new(HomeOf(home), Records())
        {
            Before = before,
            AtRest = atRest,
            MostCycles = mostCycles,
        };

    /// <summary>Starts a server, in place of the one of that name.</summary>
    public async Task<Victim> ServeAsync(string name, string roles = "all")
    {
        Remove(name);
        var server = await Victim.StartAsync(HomeOf(name), _settings, roles);
        _nodes[name] = server;
        return server;
    }

    /// <summary>Starts a worker, in place of the one of that name.</summary>
    public async Task<Mortal> WorkAsync(string name, string roles)
    {
        Remove(name);
        return _nodes[name] = await Mortal.WorkAsync(HomeOf(name), roles, _settings);
    }

    /// <summary>The name of the process that an operation runs on, or null.</summary>
    public string? WhereRuns(Row operation) =>
        operation["status"] == "running"
            ? _nodes
                .FirstOrDefault(node =>
                    operation["node"].Split(':') is [_, var id, _] && id == $"{node.Value.ProcessId}"
                )
                .Key
            : null;

    public void Dispose()
    {
        foreach (var name in _nodes.Keys.ToList())
        {
            Remove(name);
        }

        _server.Dispose();
        _folder.Dispose();
    }

    private void Remove(string name)
    {
        if (_nodes.TryRemove(name, out var node))
        {
            node.Dispose();
        }
    }
}
