using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ktrdr.Server;

/// <summary>Where one kind of telemetry goes, by the standard settings of OpenTelemetry.</summary>
/// <param name="Url">The whole address that is posted to.</param>
/// <param name="IsGrpc">Whether it is spoken to in gRPC, else in protobuf over HTTP.</param>
/// <param name="Headers">Sent along, such as <c>authorization=…</c>; or null. May be secret.</param>
/// <param name="TimeoutMilliseconds">How long one export may take.</param>
internal sealed record ExportTarget(Uri Url, bool IsGrpc, string? Headers, int TimeoutMilliseconds)
{
    /// <summary>The setting that names a collector for everything.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const int UsualTimeout = 10_000;

    /// <summary>Where spans go, or null if nowhere.</summary>
    /// <exception cref="FormatException">A setting makes no sense; the message names it and never repeats it.</exception>
    public static ExportTarget? Traces(IConfiguration settings) => Of(settings, "TRACES", "v1/traces");

    /// <summary>Where metrics go, or null if nowhere.</summary>
    /// <exception cref="FormatException">A setting makes no sense; the message names it and never repeats it.</exception>
    public static ExportTarget? Metrics(IConfiguration settings) => Of(settings, "METRICS", "v1/metrics");

    private static ExportTarget? Of(IConfiguration settings, string signal, string path)
    {
        if (
            Is(settings["OTEL_SDK_DISABLED"], "true")
            || Is(settings[$"OTEL_{signal}_EXPORTER"], "none")
            || (Own("ENDPOINT") ?? General("ENDPOINT")) is not { } address
        )
        {
            return null;
        }

        var isGrpc = (Own("PROTOCOL") ?? General("PROTOCOL"))?.ToLowerInvariant() switch
        {
            null or "grpc" => true,
            "http/protobuf" => false,
            _ => throw new FormatException($"{Prefix}PROTOCOL is neither grpc nor http/protobuf"),
        };
        var name = Own("ENDPOINT") is null ? Endpoint : $"{Prefix}{signal}_ENDPOINT";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"{name} is no address");
        }

        // An address for everything is a base; one for this alone is meant as it stands.
        return new ExportTarget(
            isGrpc || name != Endpoint ? url : new Uri($"{url.AbsoluteUri.TrimEnd('/')}/{path}"),
            isGrpc,
            Own("HEADERS") is { } own
                ? Pairs($"{Prefix}{signal}_HEADERS", own)
                : Pairs($"{Prefix}HEADERS", General("HEADERS")),
            Timeout(Own("TIMEOUT") ?? General("TIMEOUT"))
        );

        string? Own(string setting) => Text(settings[$"{Prefix}{signal}_{setting}"]);

        string? General(string setting) => Text(settings[$"{Prefix}{setting}"]);
    }

    private static string? Pairs(string name, string? text) =>
        text is null
        || text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .All(pair => Uri.UnescapeDataString(pair).Contains('=', StringComparison.Ordinal))
            ? text
            : throw new FormatException($"{name} is no list of name=value");

    private static int Timeout(string? text) =>
        text is null ? UsualTimeout
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
        : throw new FormatException($"{Prefix}TIMEOUT is no number of milliseconds");

    private static string? Text(string? value) => value?.Trim() is { Length: > 0 } text ? text : null;

    private static bool Is(string? value, string word) =>
        string.Equals(value?.Trim(), word, StringComparison.OrdinalIgnoreCase);
}
