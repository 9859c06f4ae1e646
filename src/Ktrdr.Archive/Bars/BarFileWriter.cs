using System.Buffers;
using System.Globalization;
using System.Text;
using Ktrdr.Core;

namespace Ktrdr.Archive;

/// <summary>Writes bars as the plain CSV they are kept in: times in UTC, numbers in the shortest form that reads back the same.</summary>
internal static class BarFileWriter
{
    private const int LongestRow = 256;

    public static async Task WriteAsync(Bars bars, Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        buffer.Write("timestamp,open,high,low,close,volume"u8);
        buffer.Write(bars.HasSpread ? ",spread\n"u8 : "\n"u8);
        for (var i = 0; i < bars.Count; i++)
        {
            Row(bars, i, buffer);
            if (buffer.WrittenCount > (1 << 16) - LongestRow)
            {
                await stream.WriteAsync(buffer.WrittenMemory, cancellationToken);
                buffer.ResetWrittenCount();
            }
        }

        await stream.WriteAsync(buffer.WrittenMemory, cancellationToken);
    }

    private static void Row(Bars bars, int i, ArrayBufferWriter<byte> buffer)
    {
        Encoding.ASCII.GetBytes(Iso.Of(bars.Times[i]), buffer);
        Number(bars.Open[i], buffer);
        Number(bars.High[i], buffer);
        Number(bars.Low[i], buffer);
        Number(bars.Close[i], buffer);
        Number(bars.Volume[i], buffer);
        if (bars.HasSpread)
        {
            Number(bars.Spread[i], buffer);
        }

        buffer.Write("\n"u8);
    }

    private static void Number(double value, ArrayBufferWriter<byte> buffer)
    {
        buffer.Write(","u8);
        if (!double.IsNaN(value))
        {
            value.TryFormat(buffer.GetSpan(32), out var written, default, CultureInfo.InvariantCulture);
            buffer.Advance(written);
        }
    }
}
