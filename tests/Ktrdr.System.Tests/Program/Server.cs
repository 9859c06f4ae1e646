using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ktrdr.Client;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>A <c>ktrdr serve</c> that runs, and how to talk to it. Killed when disposed of.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;
    private readonly CancellationTokenSource _patience = new(Ended.Patience);

    private Server(Process process, Uri url)
    {
        _process = process;
        Url = url;
        Client = new KtrdrClient(url);
    }

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    /// <summary>Its API.</summary>
    public KtrdrClient Client { get; }

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Cancelled when waiting has become hopeless.</summary>
    public CancellationToken Patience => _patience.Token;

    /// <summary>Starts it and waits until it says where it answers.</summary>
    public static async Task<Server> StartAsync(ProcessStartInfo command)
    {
        var process = Process.Start(command)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? "";
        var url = Regex.Match(line, @"http://[0-9.]+:\d+").Value;
        return url.Length > 0
            ? new Server(process, new Uri(url))
            : throw new InvalidOperationException($"It does not serve: {line} {await errors}");
    }

    /// <summary>Starts a cycle.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> TriggerAsync(TriggerRequest request) =>
        (await Client.TriggerAsync(request, Patience)).OperationId;

    /// <summary>Waits until a cycle has entered a phase.</summary>
    /// <returns>What its metadata said then.</returns>
    public async Task<JsonObject> PhaseAsync(string cycleId, string phase)
    {
        var metadata = new JsonObject();
        await foreach (var line in Client.WatchAsync(cycleId, 0, Patience))
        {
            if (line.Kind != "metadata")
            {
                continue;
            }

            foreach (var (key, value) in line.Body)
            {
                metadata[key] = value?.DeepClone();
            }

            if ((string?)metadata["phase"] == phase)
            {
                return metadata;
            }
        }

        throw new InvalidOperationException($"{cycleId} ended without entering the phase {phase}: {metadata}");
    }

    /// <summary>Waits until an operation writes a line of history that fits.</summary>
    public async Task<EventView> EventAsync(string operationId, Func<EventView, bool> fits)
    {
        await foreach (var line in Client.WatchAsync(operationId, 0, Patience))
        {
            if (fits(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"{operationId} ended without what was waited for.");
    }

    /// <summary>The operation, once it has ended.</summary>
    public Task<OperationView> EndAsync(string operationId) => Client.WaitAsync(operationId, Patience);

    /// <summary>The operation as it stands.</summary>
    public Task<OperationView> ShowAsync(string operationId) => Client.GetOperationAsync(operationId, Patience);

    /// <summary>Ends the process as a power cut would: kill -9 where there is such a thing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Patience);
    }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt() => _process.Interrupt();

    /// <summary>Asks it to end, and waits until it has.</summary>
    /// <returns>What it exited with, and how long that took.</returns>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _process.Terminate();
        return (await ExitAsync(), Stopwatch.GetElapsedTime(started));
    }

    /// <summary>What it exited with, once it has.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Client.Dispose();
        _patience.Dispose();
    }
}
