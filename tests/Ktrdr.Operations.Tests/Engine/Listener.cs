using System.Diagnostics;
using System.Threading.Channels;

namespace Ktrdr.Operations.Tests;

/// <summary>Listens to the spans of this process, and waits for those of one operation.</summary>
internal sealed class Listener : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly Channel<Activity> _ended = Channel.CreateUnbounded<Activity>();
    private readonly List<Activity> _seen = [];

    public Listener()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _ended.Writer.TryWrite(activity),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The span of one attempt at an operation, once it has ended.</summary>
    public async Task<Activity> OfAsync(string id, int attempt)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (_seen.Find(Fits) is { } found)
            {
                return found;
            }

            _seen.Add(await _ended.Reader.ReadAsync(patience.Token));
        }

        bool Fits(Activity activity) =>
            (string?)activity.GetTagItem("operation.id") == id
            && (int?)activity.GetTagItem("operation.attempt") == attempt;
    }

    public void Dispose() => _listener.Dispose();
}
