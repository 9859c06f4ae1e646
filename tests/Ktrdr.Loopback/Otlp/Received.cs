namespace Ktrdr.Loopback;

/// <summary>A span as it arrived.</summary>
public sealed record ReceivedSpan
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>16 hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>16 hexadecimal digits, or empty for the root of a trace.</summary>
    public required string ParentId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The source it came from.</summary>
    public required string Scope { get; init; }

    /// <summary><c>internal</c>, <c>server</c>, <c>client</c>, <c>producer</c> or <c>consumer</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it began, to the nanosecond of the wire rounded down to ticks.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>What it says of itself. A list is joined with commas.</summary>
    public required IReadOnlyDictionary<string, object?> Attributes { get; init; }

    /// <summary>What happened on the way.</summary>
    public required IReadOnlyList<ReceivedEvent> Events { get; init; }

    /// <summary>What it points to.</summary>
    public required IReadOnlyList<ReceivedLink> Links { get; init; }

    /// <summary><c>unset</c>, <c>ok</c> or <c>error</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Who sent it.</summary>
    public required IReadOnlyDictionary<string, object?> Resource { get; init; }

    /// <summary>How long it was.</summary>
    public TimeSpan Length => End - Start;

    /// <summary>An attribute as a text, or null.</summary>
    public string? this[string attribute] =>
        Attributes.GetValueOrDefault(attribute) is { } value
            ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;
}

/// <summary>Something that happened during a span.</summary>
/// <param name="Name">What.</param>
/// <param name="At">When.</param>
/// <param name="Attributes">What it says of itself.</param>
public sealed record ReceivedEvent(string Name, DateTimeOffset At, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>Another span that a span points to.</summary>
public sealed record ReceivedLink(string TraceId, string SpanId);

/// <summary>A metric as it arrived.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>gauge</c>, <c>sum</c> or <c>histogram</c>.</param>
/// <param name="Temporality">Of a sum or histogram, <c>cumulative</c> or <c>delta</c>; else empty.</param>
/// <param name="Points">Its points.</param>
/// <param name="Resource">Who sent it.</param>
public sealed record ReceivedMetric(
    string Name,
    string Kind,
    string Temporality,
    IReadOnlyList<ReceivedPoint> Points,
    IReadOnlyDictionary<string, object?> Resource
);

/// <summary>One point of a metric.</summary>
/// <param name="Attributes">Its labels.</param>
/// <param name="Value">Its value; of a histogram the sum.</param>
/// <param name="Count">Of a histogram, how many values it took; else 0.</param>
/// <param name="Bounds">Of a histogram, the upper bounds of its buckets but the last.</param>
/// <param name="Buckets">Of a histogram, how many values fell into each.</param>
public sealed record ReceivedPoint(
    IReadOnlyDictionary<string, object?> Attributes,
    double Value,
    ulong Count,
    IReadOnlyList<double> Bounds,
    IReadOnlyList<ulong> Buckets
);
