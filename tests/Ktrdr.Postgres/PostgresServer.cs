using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ktrdr.Postgres;

/// <summary>A real PostgreSQL server of one's own: its cluster lies in a folder that goes with it, and it listens on the loopback
/// interface alone.</summary>
/// <remarks>It refuses to run as root, so there it runs as the user that its Debian package makes. Writes are not synced to disk
/// unless asked for: a killed server loses nothing by that, only a machine that loses power would.</remarks>
public sealed class PostgresServer : IDisposable
{
    private const string PackageUser = "postgres";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<PostgresServer> Started = new(() =>
    {
        var server = Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    private readonly string _folder;
    private readonly bool _synced;

    private PostgresServer(string folder, int port, bool synced) => (_folder, Port, _synced) = (folder, port, synced);

    /// <summary>The server that the tests of a process share; started when first asked for, and ended with the process.</summary>
    public static PostgresServer Shared => Started.Value;

    /// <summary>Why none can be started here, or null when one can.</summary>
    public static string? Missing { get; } =
        Programs() is null ? "PostgreSQL's programs (Debian: postgresql) are not installed"
        : IsRoot
        && !File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{PackageUser}:", StringComparison.Ordinal))
            ? $"PostgreSQL does not run as root, and there is no user {PackageUser}"
        : null;

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    private static bool IsRoot => string.Equals(Environment.UserName, "root", StringComparison.Ordinal);

    /// <summary>Makes a cluster and starts a server for it.</summary>
    /// <param name="synced">Whether commits wait for the disk, as a real one's do.</param>
    public static PostgresServer Start(bool synced = false)
    {
        // What need not last lies in memory: the disk is busy with everybody's commits, and every table is a file or three.
        const string memory = "/dev/shm";
        var folder =
            !synced && Directory.Exists(memory)
                ? Directory.CreateDirectory(Path.Combine(memory, $"ktrdr-postgres-{Guid.NewGuid():N}")).FullName
                : Directory.CreateTempSubdirectory("ktrdr-postgres-").FullName;
        var cluster = Path.Combine(folder, "cluster");
        if (IsRoot)
        {
            Run("chown", PackageUser, folder);
        }

        AsUser(
            "initdb",
            "--pgdata",
            cluster,
            "--username",
            PackageUser,
            "--auth",
            "trust",
            "--no-sync",
            "--encoding",
            "UTF8"
        );
        var server = new PostgresServer(folder, FreePort(), synced);
        server.Up();
        return server;
    }

    /// <summary>The address of a schema of its own, which is made when it is first written to.</summary>
    public string AddressOf(string schema) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"postgres://{PackageUser}@127.0.0.1:{Port}/postgres?schema={schema}"
        );

    /// <summary>What connects to that schema beside the program, in the words of a driver.</summary>
    public string ConnectionTo(string schema) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={Port};Username={PackageUser};Database=postgres;Search Path={schema};Pooling=false"
        );

    /// <summary>Starts it again after <see cref="Kill"/>.</summary>
    public void Up()
    {
        var options =
            $"-p {Port.ToString(CultureInfo.InvariantCulture)} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
            + $"-c max_connections=800 -c fsync={(_synced ? "on" : "off")} -c logging_collector=off";
        AsUser(
            "pg_ctl",
            "start",
            "--wait",
            "--silent",
            "--pgdata",
            Cluster,
            "--log",
            Path.Combine(_folder, "log"),
            "--options",
            options
        );
    }

    /// <summary>Ends it as a power cut would: from one instant to the next.</summary>
    public void Kill()
    {
        var process = int.Parse(
            File.ReadLines(Path.Combine(Cluster, "postmaster.pid")).First(),
            CultureInfo.InvariantCulture
        );
        using var postmaster = Process.GetProcessById(process);
        postmaster.Kill(entireProcessTree: true);
        postmaster.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            AsUser("pg_ctl", "stop", "--mode", "immediate", "--silent", "--pgdata", Cluster);
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string Cluster => Path.Combine(_folder, "cluster");

    private static void AsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs()!, program);
        if (IsRoot)
        {
            Run("runuser", ["-u", PackageUser, "--", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        if (!process.WaitForExit(Patience) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not succeed.");
        }
    }

    // The newest of Debian's, or whichever the path leads to.
    private static string? Programs()
    {
        const string debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(debian)
            ? Directory
                .EnumerateDirectories(debian)
                .OrderDescending(StringComparer.Ordinal)
                .Select(one => Path.Combine(one, "bin"))
            : [];
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return folders
            .Concat(path.Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
