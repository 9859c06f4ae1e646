namespace Ktrdr.Loopback;

/// <summary>Reads what an exporter sends, by the field numbers of OTLP 1.</summary>
public static class OtlpReading
{
    private static readonly string[] s_kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];
    private static readonly string[] s_temporalities = ["unspecified", "delta", "cumulative"];
    private static readonly string[] s_statuses = ["unset", "ok", "error"];

    /// <summary>The spans of an <c>ExportTraceServiceRequest</c>.</summary>
    public static IReadOnlyList<ReceivedSpan> Spans(ReadOnlyMemory<byte> body) =>
        [
            .. from resource in ProtobufMessage.Read(body).Messages(1)
            let sender = Attributes(resource.Message(1), 1)
            from scope in resource.Messages(2)
            from span in scope.Messages(2)
            select Span(span, scope.Message(1).Text(1), sender),
        ];

    /// <summary>The metrics of an <c>ExportMetricsServiceRequest</c>.</summary>
    public static IReadOnlyList<ReceivedMetric> Metrics(ReadOnlyMemory<byte> body) =>
        [
            .. from resource in ProtobufMessage.Read(body).Messages(1)
            let sender = Attributes(resource.Message(1), 1)
            from scope in resource.Messages(2)
            from metric in scope.Messages(2)
            select Metric(metric, sender),
        ];

    private static ReceivedSpan Span(
        ProtobufMessage span,
        string scope,
        IReadOnlyDictionary<string, object?> resource
    ) =>
        new()
        {
            TraceId = span.Hex(1),
            SpanId = span.Hex(2),
            ParentId = span.Hex(4),
            Name = span.Text(5),
            Scope = scope,
            Kind = s_kinds[(int)span.Number(6)],
            Start = Time(span.Number(7)),
            End = Time(span.Number(8)),
            Attributes = Attributes(span, 9),
            Events =
            [
                .. span.Messages(11)
                    .Select(happened => new ReceivedEvent(
                        happened.Text(2),
                        Time(happened.Number(1)),
                        Attributes(happened, 3)
                    )),
            ],
            Links = [.. span.Messages(13).Select(link => new ReceivedLink(link.Hex(1), link.Hex(2)))],
            Status = s_statuses[(int)span.Message(15).Number(3)],
            Resource = resource,
        };

    private static ReceivedMetric Metric(ProtobufMessage metric, IReadOnlyDictionary<string, object?> resource) =>
        metric.Has(5) ? new(metric.Text(1), "gauge", "", [.. metric.Message(5).Messages(1).Select(Number)], resource)
        : metric.Has(7)
            ? new(
                metric.Text(1),
                "sum",
                Temporality(metric.Message(7)),
                [.. metric.Message(7).Messages(1).Select(Number)],
                resource
            )
        : metric.Has(9)
            ? new(
                metric.Text(1),
                "histogram",
                Temporality(metric.Message(9)),
                [.. metric.Message(9).Messages(1).Select(Histogram)],
                resource
            )
        : throw new FormatException($"The metric '{metric.Text(1)}' is of a kind that is not read here.");

    private static string Temporality(ProtobufMessage data) => s_temporalities[(int)data.Number(2)];

    private static ReceivedPoint Number(ProtobufMessage point) =>
        new(Attributes(point, 7), point.Has(6) ? (long)point.Number(6) : point.Double(4), 0, [], []);

    private static ReceivedPoint Histogram(ProtobufMessage point) =>
        new(
            Attributes(point, 9),
            point.Double(5),
            point.Number(4),
            [.. point.Packed(7).Select(BitConverter.UInt64BitsToDouble)],
            point.Packed(6)
        );

    private static Dictionary<string, object?> Attributes(ProtobufMessage message, int number) =>
        message.Messages(number).ToDictionary(pair => pair.Text(1), pair => Value(pair.Message(2)));

    private static object? Value(ProtobufMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(2) ? value.Number(2) != 0
        : value.Has(3) ? (long)value.Number(3)
        : value.Has(4) ? value.Double(4)
        : value.Has(5) ? string.Join(',', value.Message(5).Messages(1).Select(Value))
        : null;

    private static DateTimeOffset Time(ulong nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick));
}
