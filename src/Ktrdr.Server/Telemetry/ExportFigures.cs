using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Ktrdr.Server;

/// <summary>Figures on their way out, every so often. Totals of the store stay at home until they are whole.</summary>
/// <remarks>The SDK adds up what the instruments are told, so it must listen from the first record on, and cannot begin later.</remarks>
internal sealed class ExportFigures : PeriodicExportingMetricReader
{
    private readonly Exporter _exporter;
    private readonly Instruments _instruments;

    public ExportFigures(
        OtlpExporterOptions options,
        Instruments instruments,
        int intervalMilliseconds,
        int timeoutMilliseconds
    )
        : this(new Exporter(options, instruments), instruments, intervalMilliseconds, timeoutMilliseconds) { }

    private ExportFigures(Exporter exporter, Instruments instruments, int intervalMilliseconds, int timeoutMilliseconds)
        : base(exporter, intervalMilliseconds, timeoutMilliseconds)
    {
        (_exporter, _instruments) = (exporter, instruments);
        // Whatever the environment prefers: totals begin with the first record, and each start would send them all as new.
        TemporalityPreference = MetricReaderTemporalityPreference.Cumulative;
    }

    /// <inheritdoc/>
    protected override bool OnCollect(int timeoutMilliseconds)
    {
        // Asked before the figures are read: what becomes whole in between was not when it was read.
        _exporter.WithStore = _instruments.AreTotalsWhole;
        return base.OnCollect(timeoutMilliseconds);
    }

    private sealed class Exporter(OtlpExporterOptions options, Instruments instruments) : OtlpMetricExporter(options)
    {
        public bool WithStore { get; set; }

        /// <inheritdoc/>
        public override ExportResult Export(in Batch<Metric> metrics)
        {
            if (WithStore)
            {
                return base.Export(metrics);
            }

            var own = new List<Metric>();
            foreach (var metric in metrics)
            {
                if (!instruments.IsOfTheStore(metric.Name))
                {
                    own.Add(metric);
                }
            }

            return base.Export(new Batch<Metric>([.. own], own.Count));
        }
    }
}
