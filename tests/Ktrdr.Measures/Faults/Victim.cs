using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Ktrdr.Client;

namespace Ktrdr.Measures;

/// <summary>A real <c>ktrdr serve</c> to which anything may be done. Killed when disposed of.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process _process;

    private Victim(Process process, Uri url, DateTimeOffset started, TimeSpan ready)
    {
        _process = process;
        Started = started;
        Ready = ready;
        Client = new KtrdrClient(url);
    }

    /// <summary>Its API.</summary>
    public KtrdrClient Client { get; }

    /// <summary>When its process was started.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The time from then until it said where it answers.</summary>
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

    /// <summary>Serves a home under these settings and no others.</summary>
    public static async Task<Victim> StartAsync(string home, IReadOnlyDictionary<string, string> settings)
    {
        var command = Runtime.Ktrdr("serve", "--port", "0", "--home", home);
        foreach (var (key, value) in settings)
        {
            command.Environment[key] = value;
        }

        var (at, started) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        var process = Process.Start(command)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? "";
        return Regex.Match(line, @"http://[0-9.]+:\d+") is { Success: true, Value: var url }
            ? new Victim(process, new Uri(url), at, Stopwatch.GetElapsedTime(started))
            : throw new InvalidOperationException($"It does not serve: {line} {await errors}");
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

        Signal(OperatingSystem.IsMacOS() ? 17 : 19);
        await Task.Delay(time);
        look();
        Signal(OperatingSystem.IsMacOS() ? 19 : 18);
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

        Signal(15);
        await _process.WaitForExitAsync();
        return (_process.ExitCode, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Client.Dispose();
    }

    private void Signal(int number)
    {
        if (Kill(_process.Id, number) != 0)
        {
            throw new InvalidOperationException($"Signal {number} did not reach {_process.Id}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
