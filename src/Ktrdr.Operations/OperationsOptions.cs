using System.Security.Cryptography;

namespace Ktrdr.Operations;

/// <summary>Where operations are kept and how many run at once.</summary>
public sealed class OperationsOptions
{
    /// <summary>The database file. Its folder is made if need be. Default <c>ktrdr.db</c> in the current folder.</summary>
    public string DatabasePath { get; set; } = "ktrdr.db";

    /// <summary>A PostgreSQL database instead of the file: <c>postgres://user:password@host:port/database</c>, with
    /// <c>?schema=…</c> for another than the user's own. Default null.</summary>
    /// <exception cref="FormatException">It is no such address; the message says why, without its password.</exception>
    public string? DatabaseUrl
    {
        get;
        set
        {
            if (value is not null)
            {
                PostgresAddress.Parse(value);
            }

            field = value;
        }
    }

    /// <summary>What becomes of work that a process left running when it died. Default: it goes on.</summary>
    public OnRestart OnRestart { get; set; } = OnRestart.Resume;

    /// <summary>How many operations of a role run at once; none with 0. A role that is not here has 1.</summary>
    /// <remarks>A parent that waits holds a place of its own role, so give waiting and working different roles.
    /// Default: 16 of <c>research</c>, 4 of <c>agent</c>, and of <c>training</c>, <c>backtesting</c> and <c>data</c> one a
    /// processor.</remarks>
    public IDictionary<string, int> Capacities { get; } =
        new Dictionary<string, int>
        {
            ["research"] = 16,
            ["agent"] = 4,
            ["training"] = Environment.ProcessorCount,
            ["backtesting"] = Environment.ProcessorCount,
            ["data"] = Environment.ProcessorCount,
        };

    /// <summary>What tells this process's home from all others, wherever they lie; <see cref="HomeLock.HomeId"/>. Default: machine and
    /// folder.</summary>
    public string? HomeId { get; set; }

    /// <summary>The name of this process in the records, never used again. Default: machine, process id and chance.</summary>
    public string Node { get; set; } =
        $"{Environment.MachineName}:{Environment.ProcessId}:{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>How long work waits for somebody who does its role before it is failed with <c>no_worker</c>. Default 5
    /// minutes.</summary>
    public TimeSpan WorkerWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how many crashed attempts an operation is failed instead of tried again. Default 3.</summary>
    public int CrashCap { get; set; } = 3;

    /// <summary>Least time between two written reports of progress. Default 100 ms.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the records are compared with what is scheduled. Default 3 s.</summary>
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a shutdown waits for running work to hand itself back. Default 4 s.</summary>
    public TimeSpan ShutdownLimit { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>An earlier run to do again: asked before anything is made anew. Default null, so that everything is.</summary>
    public IReplay? Replay { get; set; }

    internal int CapacityOf(string role) => Capacities.TryGetValue(role, out var capacity) ? capacity : 1;
}

/// <summary>What becomes, at the next start, of work that a process left running when it died.</summary>
public enum OnRestart
{
    /// <summary>It goes on by itself.</summary>
    Resume,

    /// <summary>It ends FAILED with <c>crashed</c>, and goes on when somebody resumes it.</summary>
    Fail,
}
