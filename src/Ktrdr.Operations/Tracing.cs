using System.Diagnostics;

namespace Ktrdr.Operations;

/// <summary>Where everything the program does is told to whoever listens: one source of spans for all of it.</summary>
/// <remarks>With nobody listening a span is null and nothing is measured, so <c>?.</c> is all the care that is needed.</remarks>
public static class Tracing
{
    /// <summary>The name to listen for.</summary>
    public const string SourceName = "Ktrdr";

    // Of a trace whose id was chosen when its first operation was recorded, before anything of it ran.
    [ThreadStatic]
    private static ActivityTraceId? s_next;

    static Tracing() => Activity.TraceIdGenerator = () => s_next ?? ActivityTraceId.CreateRandom();

    /// <summary>The source.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Begins a span, or returns null when nobody listens.</summary>
    /// <param name="name">One of the documented names.</param>
    public static Activity? Begin(string name) => Source.StartActivity(name);

    /// <summary>A context that has a trace and no span yet: of work that nothing else asked for.</summary>
    internal static string NewTrace() => $"00-{ActivityTraceId.CreateRandom()}-{default(ActivitySpanId)}-00";

    /// <summary>Begins a span in the trace of a recorded context: below its span if it has one, else as the first of the trace.</summary>
    internal static Activity? Begin(string name, string? context)
    {
        // A span without a parent is one only where none is current.
        var current = Activity.Current;
        Activity.Current = null;
        try
        {
            if (ActivityContext.TryParse(context, traceState: null, isRemote: true, out var parent))
            {
                return Source.StartActivity(name, ActivityKind.Internal, parent);
            }

            s_next = TraceOf(context) is { } id ? ActivityTraceId.CreateFromString(id) : null;
            return Source.StartActivity(name, ActivityKind.Internal);
        }
        finally
        {
            s_next = null;
            Activity.Current = current;
        }
    }

    /// <summary>Whether a recorded context names a span, and not a trace alone.</summary>
    internal static bool HasSpan(string? context) => ActivityContext.TryParse(context, null, isRemote: true, out _);

    /// <summary>The 32-digit trace id of a recorded context, or null.</summary>
    internal static string? TraceOf(string? context) => context?.Split('-') is [_, { Length: 32 } id, ..] ? id : null;
}
