using System.Diagnostics.Metrics;

namespace Ktrdr.Server;

/// <summary>Spans of this process that no collector got.</summary>
internal static class DroppedSpans
{
    /// <summary>The meter of all our instruments.</summary>
    public const string MeterName = "Ktrdr";

    /// <summary>The instrument.</summary>
    public const string Name = "ktrdr_dropped_spans_total";

    private static readonly Meter s_meter = new(MeterName);
    private static long s_total;

    static DroppedSpans() =>
        s_meter.CreateObservableCounter(
            Name,
            () => Total,
            description: "Spans of this process that no collector got: no room, or not taken."
        );

    /// <summary>How many, since the process began.</summary>
    public static long Total => Interlocked.Read(ref s_total);

    /// <summary>So many more.</summary>
    public static void Add(long count) => Interlocked.Add(ref s_total, count);
}
