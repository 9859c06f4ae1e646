using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ktrdr.Core;

/// <summary>The identity of bars: equal bars have equal hashes, on any machine.</summary>
public static class BarsHash
{
    /// <summary>SHA-256 in lower-case hex over the timeframe's name and every column, little endian.</summary>
    /// <remarks>Bars without a spread and bars with one differ, even if every spread were zero.</remarks>
    public static string Of(Bars bars)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"{bars.Timeframe.Name} {bars.Count} {(bars.HasSpread ? 7 : 6)}\n"));
        Append(hash, bars.Times);
        Append(hash, bars.Open);
        Append(hash, bars.High);
        Append(hash, bars.Low);
        Append(hash, bars.Close);
        Append(hash, bars.Volume);
        Append(hash, bars.Spread);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append<T>(IncrementalHash hash, ReadOnlySpan<T> column)
        where T : struct
    {
        if (BitConverter.IsLittleEndian)
        {
            hash.AppendData(MemoryMarshal.AsBytes(column));
            return;
        }

        var turned = MemoryMarshal.Cast<T, long>(column).ToArray();
        BinaryPrimitives.ReverseEndianness(turned, turned);
        hash.AppendData(MemoryMarshal.AsBytes<long>(turned));
    }
}
