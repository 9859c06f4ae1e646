using System.Diagnostics.Metrics;

namespace Ktrdr.Server;

/// <summary>Spans of this process that no collector got.</summary>
internal static class DroppedSpans
{
    /// <summary>The instrument.</summary>
    public const string Name = "ktrdr_dropped_spans_total";

    private static long s_total;

    static DroppedSpans() =>
        Meter.CreateObservableCounter(
            Name,
            () => Total,
            description: "Spans of this process that no collector got: no room, or not taken."
        );

    /// <summary>The meter, of the name that all our instruments share; asked for, it has its instrument.</summary>
    public static Meter Meter { get; } = new("Ktrdr");

    /// <summary>How many, since the process began.</summary>
    public static long Total => Interlocked.Read(ref s_total);

    /// <summary>So many more.</summary>
    public static void Add(long count) => Interlocked.Add(ref s_total, count);
}
