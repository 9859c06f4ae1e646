using System.Buffers.Binary;
using System.Text;

namespace Ktrdr.Loopback;

/// <summary>One message in the wire format of protocol buffers, read without a schema: fields by number.</summary>
/// <remarks>Written from the format's description, so that what is sent is not read by the code that wrote it.</remarks>
public sealed class ProtobufMessage
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    private ProtobufMessage() { }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ProtobufMessage Read(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtobufMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint(bytes.Span, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    message._fields.Add((number, Varint(bytes.Span, ref at), default));
                    break;
                case 1:
                    message._fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span), default));
                    break;
                case 2:
                    var length = checked((int)Varint(bytes.Span, ref at));
                    message._fields.Add((number, 0, Take(length)));
                    break;
                case 5:
                    message._fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span), default));
                    break;
                default:
                    throw new FormatException($"Field {number} is of wire type {key & 7}, which there is none of.");
            }
        }

        return message;

        ReadOnlyMemory<byte> Take(int count)
        {
            if (count > bytes.Length - at)
            {
                throw new FormatException($"A field of {count} bytes begins {bytes.Length - at} bytes before the end.");
            }

            at += count;
            return bytes.Slice(at - count, count);
        }
    }

    /// <summary>Whether the field is there.</summary>
    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    /// <summary>A whole number, or one of fixed width; 0 where it is not there.</summary>
    public ulong Number(int number) => _fields.LastOrDefault(field => field.Number == number).Value;

    /// <summary>A floating-point number; 0 where it is not there.</summary>
    public double Double(int number) => BitConverter.UInt64BitsToDouble(Number(number));

    /// <summary>A text; empty where it is not there.</summary>
    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    /// <summary>Bytes; none where it is not there.</summary>
    public ReadOnlyMemory<byte> Bytes(int number) => _fields.LastOrDefault(field => field.Number == number).Bytes;

    /// <summary>Bytes as lower-case hexadecimal digits.</summary>
    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    /// <summary>The message in a field; an empty one where it is not there.</summary>
    public ProtobufMessage Message(int number) => Read(Bytes(number));

    /// <summary>The messages of a repeated field, in order.</summary>
    public IEnumerable<ProtobufMessage> Messages(int number) =>
        _fields.Where(field => field.Number == number).Select(field => Read(field.Bytes));

    /// <summary>A packed list of numbers of eight bytes each.</summary>
    public IReadOnlyList<ulong> Packed(int number)
    {
        var bytes = Bytes(number);
        var values = new ulong[bytes.Length / 8];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[(8 * index)..]);
        }

        return values;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length)
            {
                throw new FormatException("A number goes on beyond the end.");
            }

            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number has more than ten bytes.");
    }
}
