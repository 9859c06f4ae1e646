using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ktrdr.Research;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Ktrdr.Server;

/// <summary>Writes what is logged as one flat JSON object a line: what happened, then what it is about.</summary>
/// <remarks>What the line itself says wins over what is said about everything around it, such as the attempt it belongs to.</remarks>
internal sealed class JsonLines(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console's options call it.</summary>
    public const string FormatterName = "ktrdr-json";

    private const string Template = "{OriginalFormat}";

    // A line of a log is not HTML, and is read as it is.
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var fields = new Dictionary<string, object?>
        {
            ["time"] = clock.GetUtcNow(),
            ["level"] = logEntry.LogLevel.ToString().ToLowerInvariant(),
            ["event"] = logEntry.EventId.Name,
            ["event_id"] = logEntry.EventId.Id,
            ["category"] = logEntry.Category,
            ["message"] = logEntry.Formatter(logEntry.State, logEntry.Exception),
            ["exception"] = logEntry.Exception?.ToString(),
        };
        Take(logEntry.State, fields);
        scopeProvider?.ForEachScope(static (scope, fields) => Take(scope, fields), fields);
        if (fields.GetValueOrDefault("operation_type") is string type)
        {
            fields.TryAdd("phase", Phase.All.FirstOrDefault(phase => phase.Type == type)?.Name);
        }

        textWriter.Write(Line(fields));
        textWriter.Write('\n');
    }

    private static void Take(object? state, Dictionary<string, object?> fields)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> facts)
        {
            foreach (var (name, value) in facts)
            {
                if (name != Template)
                {
                    fields.TryAdd(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
                }
            }
        }
    }

    private static string Line(Dictionary<string, object?> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                if (value is not null)
                {
                    json.WritePropertyName(name);
                    Write(json, value);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case DateTimeOffset time:
                json.WriteStringValue(
                    time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                );
                break;
            case Enum state: // spelled as the API spells it
                json.WriteStringValue(state.ToString().ToLowerInvariant());
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }
}
