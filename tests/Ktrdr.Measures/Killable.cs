using System.Collections.Concurrent;
using System.Diagnostics;
using Ktrdr.Client;

namespace Ktrdr.Measures;

/// <summary>A server in a process of its own. It ends as in a power cut: by kill -9, where there is such a thing.</summary>
internal sealed class Killable : IDisposable
{
    private readonly Process _process;

    private Killable(Process process, Uri url)
    {
        _process = process;
        Client = new KtrdrClient(url);
        Http = new HttpClient { BaseAddress = url };
    }

    /// <summary>Its API, typed.</summary>
    public KtrdrClient Client { get; }

    /// <summary>Its API, as text.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it and waits for its first line, which says where it answers; all lines after it are kept.</summary>
    public static async Task<Killable> StartAsync(ProcessStartInfo command, ConcurrentQueue<string> told)
    {
        var process = Process.Start(command)!;
        var url = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => told.Enqueue(line.Data ?? "");
        process.OutputDataReceived += (_, line) =>
        {
            told.Enqueue(line.Data ?? "");
            if (line.Data is null)
            {
                url.TrySetException(new InvalidOperationException($"It does not serve: {string.Join('\n', told)}"));
            }
            else if (line.Data.StartsWith("http://", StringComparison.Ordinal))
            {
                url.TrySetResult(new Uri(line.Data));
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Killable(process, await url.Task);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Client.Dispose();
        Http.Dispose();
    }
}
