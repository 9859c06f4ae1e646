using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ktrdr.Archive;

/// <summary>JSON as it lies in files: snake case, indented, the same bytes on any machine; no number is null.</summary>
internal static class ArchiveJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new NullIsNotANumber() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
    };

    public static byte[] Write<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Format), (byte)'\n'];

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArchiveDamagedException">It is something else.</exception>
    public static T Read<T>(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Format)
                ?? throw new ArchiveDamagedException(path, "it says null");
        }
        catch (JsonException fault)
        {
            throw new ArchiveDamagedException(path, fault.Message);
        }
    }

    private sealed class NullIsNotANumber : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}

/// <summary>Something in the home is not what was kept there.</summary>
public sealed class ArchiveDamagedException(string path, string reason)
    : Exception($"{path} is damaged: {reason}. Restore it, or delete it and make it again.");
