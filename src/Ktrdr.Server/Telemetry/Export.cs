using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Server;

/// <summary>Sends spans and metrics to a collector where the standard settings name one, and does nothing at all where they do not.</summary>
/// <remarks>Never in the way of the work: what a collector does not take is dropped and counted, and ending waits half a second at
/// most for whoever does not answer.</remarks>
internal sealed class Export(
    IConfiguration settings,
    OperationsOptions operations,
    Instruments instruments,
    ILogger<Export> log
) : IAsyncDisposable
{
    // Where work took all of its time to hand itself back, there is no more left before the process is cut off.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(500);

    private ExportProviders? _providers;

    /// <summary>Begins to listen. To be called before anything else is, and once.</summary>
    public void Begin()
    {
        try
        {
            var (traces, metrics) = (ExportTarget.Traces(settings), ExportTarget.Metrics(settings));
            if ((traces ?? metrics) is not null)
            {
                _providers = ExportProviders.Open(traces, metrics, settings, operations.Node, instruments, log);
            }
        }
        catch (FormatException wrong)
        {
            log.NothingSent(wrong.Message);
        }
        catch (Exception failure)
        {
            // Whatever it is: its message may repeat a setting, and a header may be a key.
            log.NothingSent($"the exporter cannot work with its settings OTEL_... ({failure.GetType().Name})");
        }
    }

    /// <summary>Sends what is left, as far as it is taken at once, and listens no more. What was said twice counts once.</summary>
    public async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _providers, null) is { } providers)
        {
            // On a thread of its own: an export that hangs blocks it.
            await Task
                .Factory.StartNew(
                    () => providers.Close(s_lastWords),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .WaitAsync(s_lastWords)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();
}

internal static partial class ExportLog
{
    [LoggerMessage(
        601,
        LogLevel.Warning,
        "No telemetry is sent: {Problem}. The work itself goes on",
        EventName = "telemetry_not_sent"
    )]
    public static partial void NothingSent(this ILogger logger, string problem);

    [LoggerMessage(
        602,
        LogLevel.Warning,
        "Spans are being dropped: {Reason}. The work itself goes on, and ktrdr_dropped_spans_total counts them",
        EventName = "spans_dropped"
    )]
    public static partial void DroppingBegan(this ILogger logger, string reason);
}
