using System.Diagnostics;
using System.Text.RegularExpressions;
using Ktrdr.Client;

namespace Ktrdr.Measures;

/// <summary>A real process of ours to which anything may be done. Killed when disposed of.</summary>
internal class Mortal : IDisposable
{
    private readonly Process _process;

    /// <summary>A process that said its first line.</summary>
    protected Mortal(Process process, DateTimeOffset started, TimeSpan ready) =>
        (_process, Started, Ready) = (process, started, ready);

    /// <summary>When its process was started.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The time from then until it said that it is there.</summary>
    public TimeSpan Ready { get; }

    /// <summary>The processor time it has used so far, which other programs do not lengthen as they do the clock's.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The end of its name among the nodes.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Works in a home for those who share its database.</summary>
    public static Task<Mortal> WorkAsync(string home, string roles, IReadOnlyDictionary<string, string> settings) =>
        StartAsync(
            ["worker", "--roles", roles, "--home", home],
            settings,
            " works in ",
            (process, _, started, ready) => new Mortal(process, started, ready)
        );

    /// <summary>Starts one under these settings and no others, and waits for its first line.</summary>
    protected static async Task<T> StartAsync<T>(
        string[] arguments,
        IReadOnlyDictionary<string, string> settings,
        string said,
        Func<Process, string, DateTimeOffset, TimeSpan, T> make
    )
    {
        var command = Runtime.Ktrdr(arguments);
        foreach (var (key, value) in settings)
        {
            command.Environment[key] = value;
        }

        var (at, started) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        var process = Process.Start(command)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? "";
        return line.Contains(said, StringComparison.Ordinal)
            ? make(process, line, at, Stopwatch.GetElapsedTime(started))
            : throw new InvalidOperationException($"It does not start: {line} {await errors}");
    }

    /// <summary>Ends it as a power cut would: kill -9, where there is such a thing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops its clock for a while, where that can be done; whoever looks meanwhile sees a home in which nothing moves.</summary>
    public async Task PauseAsync(TimeSpan time, Action look)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _process.Pause();
        await Task.Delay(time); // this is the while it is gone for
        look();
        _process.GoOn();
    }

    /// <summary>Asks it to end, and waits until it has; where nobody can ask, it is killed.</summary>
    /// <returns>Its exit code, and how long it took.</returns>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var started = Stopwatch.GetTimestamp();
        if (OperatingSystem.IsWindows())
        {
            await KillAsync();
            return (0, Stopwatch.GetElapsedTime(started));
        }

        _process.Terminate();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, Stopwatch.GetElapsedTime(started));
    }

    public virtual void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>A real <c>ktrdr serve</c> to which anything may be done.</summary>
internal sealed class Victim : Mortal
{
    private Victim(Process process, Uri url, DateTimeOffset started, TimeSpan ready)
        : base(process, started, ready) => Client = new KtrdrClient(url);

    /// <summary>Its API.</summary>
    public KtrdrClient Client { get; }

    /// <summary>Serves a home under these settings and no others.</summary>
    public static Task<Victim> StartAsync(
        string home,
        IReadOnlyDictionary<string, string> settings,
        string roles = "all"
    ) =>
        StartAsync(
            ["serve", "--port", "0", "--roles", roles, "--home", home],
            settings,
            "http://",
            (process, line, started, ready) =>
                new Victim(process, new Uri(Regex.Match(line, @"http://[0-9.]+:\d+").Value), started, ready)
        );

    public override void Dispose()
    {
        base.Dispose();
        Client.Dispose();
    }
}
