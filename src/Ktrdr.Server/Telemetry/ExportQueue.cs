using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Ktrdr.Server;

/// <summary>Spans on their way out: at most so many, those under way included. What finds no room is dropped and counted.</summary>
/// <remarks>The SDK's own queue drops silently. This one looks first, so that the SDK's is never full.</remarks>
internal sealed class ExportQueue(
    ExportQueue.Exporter exporter,
    ExportLosses losses,
    int delayMilliseconds,
    int timeoutMilliseconds,
    int batchSize
)
    : BatchActivityExportProcessor(
        exporter,
        losses.MostSpans,
        delayMilliseconds,
        timeoutMilliseconds,
        Math.Min(batchSize, losses.MostSpans)
    )
{
    /// <inheritdoc/>
    protected override void OnExport(Activity data)
    {
        if (losses.Enter())
        {
            base.OnExport(data);
        }
    }

    /// <summary>Sends batches, and says what became of them.</summary>
    internal sealed class Exporter(OtlpExporterOptions options, ExportLosses losses) : OtlpTraceExporter(options)
    {
        /// <inheritdoc/>
        public override ExportResult Export(in Batch<Activity> activityBatch)
        {
            var count = activityBatch.Count;
            var result = base.Export(activityBatch);
            losses.Leave(count, sent: result == ExportResult.Success);
            return result;
        }
    }
}
