using System.Diagnostics;

namespace Ktrdr.Operations;

/// <summary>Thins what an attempt reports: the first is written at once, then at most one an interval, the last always.</summary>
internal sealed class ProgressReports(Func<OperationProgress, Task> write, TimeSpan interval, TimeProvider time)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private OperationProgress _latest = OperationProgress.None;
    private bool _unwritten;
    private bool _writing;
    private Task _writer = Task.CompletedTask;

    /// <summary>Takes a report; a percentage never falls, and NaN says nothing.</summary>
    public void Add(double percentage, string step, IReadOnlyDictionary<string, object?>? context)
    {
        lock (_gate)
        {
            var reached = double.IsNaN(percentage) ? 0 : Math.Clamp(percentage, 0, 100);
            _latest = new OperationProgress(
                Math.Max(reached, _latest.Percentage),
                step,
                context is null ? _latest.Context : OperationJson.Facts(context)
            );
            _unwritten = true;
            if (!_writing && !_closing.IsCancellationRequested)
            {
                _writing = true;
                _writer = Task.Run(WriteAsync);
            }
        }
    }

    /// <summary>Ends the writing.</summary>
    /// <returns>The last report, and whether it has yet to be written.</returns>
    public async Task<(OperationProgress Last, bool Unwritten)> CloseAsync()
    {
        await _closing.CancelAsync();
        Task writer;
        lock (_gate)
        {
            writer = _writer;
        }

        await writer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (_latest, _unwritten);
    }

    public void Dispose() => _closing.Dispose();

    private async Task WriteAsync()
    {
        // Of work that a trace shows this is not a part.
        Activity.Current = null;
        while (true)
        {
            OperationProgress next;
            lock (_gate)
            {
                if (!_unwritten || _closing.IsCancellationRequested)
                {
                    _writing = false;
                    return;
                }

                next = _latest;
                _unwritten = false;
            }

            await write(next);
            await Task.Delay(interval, time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
