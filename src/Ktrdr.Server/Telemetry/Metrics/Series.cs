using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ktrdr.Server;

/// <summary>One set of labels of a metric, and how it stands.</summary>
internal abstract class Series
{
    private const int LongestNumber = 32;

    private Series() { }

    /// <summary>Whether there is anything to write.</summary>
    public virtual bool IsThere => true;

    public abstract void Take(double value);

    public virtual void BeginObserving() { }

    public abstract void WriteTo(IBufferWriter<byte> output);

    /// <summary>A number as Prometheus reads it: the shortest that means the same, never in another culture's words.</summary>
    internal static string Text(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private static byte[] Start(string name, string labels) =>
        Encoding.UTF8.GetBytes(labels.Length == 0 ? $"{name} " : $"{name}{{{labels}}} ");

    private static void Line(IBufferWriter<byte> output, byte[] start, double value)
    {
        output.Write(start);
        if (double.IsFinite(value))
        {
            value.TryFormat(output.GetSpan(LongestNumber), out var written, provider: CultureInfo.InvariantCulture);
            output.Advance(written);
        }
        else
        {
            output.Write(Encoding.UTF8.GetBytes(Text(value)));
        }

        output.Write("\n"u8);
    }

    /// <summary>Adds up.</summary>
    public sealed class Sum(string name, string labels) : Series
    {
        private readonly byte[] _start = Start(name, labels);
        private double _sum;

        public override void Take(double value) => _sum += value;

        public override void WriteTo(IBufferWriter<byte> output) => Line(output, _start, _sum);
    }

    /// <summary>Stands where it was last seen, and is gone when it was not seen this time.</summary>
    public sealed class Observed(string name, string labels) : Series
    {
        private readonly byte[] _start = Start(name, labels);
        private bool _seen;
        private double _value;

        public override bool IsThere => _seen;

        public override void Take(double value) => (_value, _seen) = (value, true);

        public override void BeginObserving() => _seen = false;

        public override void WriteTo(IBufferWriter<byte> output) => Line(output, _start, _value);
    }

    /// <summary>Counts values by the first bound that they do not exceed.</summary>
    public sealed class Distribution : Series
    {
        private readonly double[] _bounds;
        private readonly long[] _counts;
        private readonly byte[][] _buckets;
        private readonly byte[] _sumStart;
        private readonly byte[] _countStart;
        private double _sum;

        public Distribution(string name, string labels, double[] bounds)
        {
            _bounds = bounds;
            _counts = new long[bounds.Length + 1];
            var comma = labels.Length == 0 ? "" : ",";
            _buckets =
            [
                .. bounds
                    .Append(double.PositiveInfinity)
                    .Select(bound => Start($"{name}_bucket", $"{labels}{comma}le=\"{Text(bound)}\"")),
            ];
            (_sumStart, _countStart) = (Start($"{name}_sum", labels), Start($"{name}_count", labels));
        }

        public override void Take(double value)
        {
            var at = Array.BinarySearch(_bounds, value);
            _counts[at >= 0 ? at : ~at]++;
            _sum += value;
        }

        public override void WriteTo(IBufferWriter<byte> output)
        {
            var upTo = 0L;
            for (var at = 0; at < _counts.Length; at++)
            {
                Line(output, _buckets[at], upTo += _counts[at]);
            }

            Line(output, _sumStart, _sum);
            Line(output, _countStart, upTo);
        }
    }
}
