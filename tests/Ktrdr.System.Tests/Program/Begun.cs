using System.Diagnostics;
using Ktrdr.Measures;

namespace Ktrdr.System.Tests;

/// <summary>A run of the program that goes on, and what it has said so far. Killed when disposed of.</summary>
internal sealed class Begun : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];
    private readonly CancellationTokenSource _patience = new(Ended.Patience);

    public Begun(ProcessStartInfo command) => _process = Process.Start(command)!;

    /// <summary>Reads what it says to the person, up to the first line that fits.</summary>
    public async Task<string> SaysAsync(Predicate<string> fits)
    {
        while (await _process.StandardOutput.ReadLineAsync(_patience.Token) is { } line)
        {
            if (fits(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"It ended without saying so: {await EndAsync()}");
    }

    /// <summary>Reads what it says beside its answer, up to the first line that has these words.</summary>
    public async Task<string> NotesAsync(string words)
    {
        while (await _process.StandardError.ReadLineAsync(_patience.Token) is { } line)
        {
            _errors.Add(line);
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"It ended without saying so: {string.Join('\n', _errors)}");
    }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt() => _process.Interrupt();

    /// <summary>What it came to, with what was left to read.</summary>
    public async Task<Ended> EndAsync()
    {
        var errors = _process.StandardError.ReadToEndAsync(_patience.Token);
        var output = await _process.StandardOutput.ReadToEndAsync(_patience.Token);
        await _process.WaitForExitAsync(_patience.Token);
        return new Ended(_process.ExitCode, output, string.Join('\n', [.. _errors, await errors]));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _patience.Dispose();
    }
}
