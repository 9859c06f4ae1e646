using System.Globalization;

namespace Ktrdr.Loopback;

/// <summary>The receiver as a program of its own, until Ctrl-C.</summary>
internal static class Collecting
{
    private const int NameWidth = 44;

    public static async Task<int> RunAsync(string[] arguments)
    {
        Arguments.Read(arguments);
        await using var receiver = await OtlpReceiver.StartAsync();
        Console.WriteLine(
            $"""
            Point ktrdr at it, in the terminal that runs ktrdr:
              export OTEL_EXPORTER_OTLP_ENDPOINT={receiver.GrpcUrl}
            or
              export OTEL_EXPORTER_OTLP_ENDPOINT={receiver.HttpUrl} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf

            Ctrl-C ends it and prints what came.
            """
        );
        await Serving.UntilInterruptedAsync();
        foreach (
            var trace in receiver.Spans.GroupBy(span => span.TraceId).OrderBy(trace => trace.Min(span => span.Start))
        )
        {
            Console.WriteLine($"\ntrace {trace.Key}");
            var known = trace.Select(span => span.SpanId).ToHashSet();
            Print([.. trace], span => !known.Contains(span.ParentId), depth: 1, trace.Min(span => span.Start));
        }

        foreach (var metric in receiver.Metrics.GroupBy(metric => metric.Name).Select(exports => exports.Last()))
        {
            Console.WriteLine($"\n{metric.Kind} {metric.Name}");
            foreach (var point in metric.Points)
            {
                Console.WriteLine($"  {Text(point.Attributes)} {Number(point.Value)}");
            }
        }

        return 0;
    }

    private static void Print(
        IReadOnlyList<ReceivedSpan> trace,
        Func<ReceivedSpan, bool> which,
        int depth,
        DateTimeOffset start
    )
    {
        foreach (var span in trace.Where(which).OrderBy(span => span.Start))
        {
            var name = (new string(' ', 2 * depth) + span.Name).PadRight(NameWidth);
            var error = span.Status == "error" ? " ERROR" : "";
            Console.WriteLine(
                $"{name} +{Number((span.Start - start).TotalMilliseconds)} ms, {Number(span.Length.TotalMilliseconds)} ms{error}  "
                    + Text(span.Attributes)
            );
            foreach (var link in span.Links)
            {
                Console.WriteLine(
                    $"{new string(' ', (2 * depth) + 2)}goes on from span {link.SpanId} of trace {link.TraceId}"
                );
            }

            foreach (var happened in span.Events)
            {
                Console.WriteLine($"{new string(' ', (2 * depth) + 2)}* {happened.Name} {Text(happened.Attributes)}");
            }

            Print(trace, child => child.ParentId == span.SpanId, depth + 1, start);
        }
    }

    private static string Text(IReadOnlyDictionary<string, object?> attributes) =>
        string.Join(
            ", ",
            attributes.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}"))
        );

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
