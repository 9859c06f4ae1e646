using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ktrdr.Core;

/// <summary>What sliding windows keep of the values in them: anything whose parts can be joined. One holds as many
/// neighbouring windows as a vector has lanes; each lane is a window for itself.</summary>
/// <typeparam name="TSelf">The summary itself.</typeparam>
internal interface IWindowSummary<TSelf>
    where TSelf : struct, IWindowSummary<TSelf>
{
    /// <summary>How many numbers it keeps of a window.</summary>
    static abstract int Parts { get; }

    /// <summary>The summaries of single values.</summary>
    static abstract TSelf Of(Vector<double> values);

    /// <summary>The summaries of an older run of values and the newer one that follows it.</summary>
    static abstract TSelf Join(TSelf older, TSelf newer, in RunLengths lengths);

    /// <summary>What they tell in the end, part by part, of windows as long as both runs.</summary>
    static abstract TSelf Result(TSelf whole, in RunLengths lengths);

    /// <summary>Reads what <see cref="Store"/> wrote.</summary>
    static abstract TSelf Load(ref double from, nuint apart);

    /// <summary>Writes the first part to a place and each further one so many places behind the one before.</summary>
    void Store(ref double to, nuint apart);
}

/// <summary>How many values two neighbouring runs hold, each as a vector of one number.</summary>
internal readonly struct RunLengths(int older, int newer)
{
    public readonly Vector<double> Older = new(older);
    public readonly Vector<double> Both = new(older + newer);
    public readonly Vector<double> NewerShare = new((double)newer / (older + newer));
}

/// <summary>Any summary of the last n values, in log₂ n steps for many windows at once.</summary>
/// <remarks>
/// <para>A window of 2m values is two of m side by side; one of 2m + 1 has one value more. So n is reached from its first
/// binary digit on, a digit a step, and a step does the same to every window without a decision that depends on them.</para>
/// <para>Nothing is ever taken away from a running total. So nothing drifts, however many bars there are: each result
/// depends on its own n values alone, to the last bit the same wherever the window lies and however wide a vector is; one
/// huge or NaN value is gone as soon as it leaves the window, and bars yet to come change nothing.</para>
/// </remarks>
internal static class SlidingWindow
{
    private const int WindowsAtATime = 1_024;

    /// <summary>Fills a column for the first part of the result and, if wanted, one for the second; the first n − 1 values
    /// are NaN. Source and columns must not overlap.</summary>
    // Block by block, so that the steps find their values in the processor's nearest memory.
    public static void Fill<TSummary>(
        ReadOnlySpan<double> values,
        int period,
        Span<double> first,
        Span<double> second = default
    )
        where TSummary : struct, IWindowSummary<TSummary>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        Column.MustBeAsLong(values, first, nameof(first));
        var warmUp = Math.Min(period - 1, values.Length);
        var room = WindowsAtATime + period + (2 * Vector<double>.Count); // the last vector of a step reaches past its end
        using var rented = new Rented<double>((1 + TSummary.Parts) * room);
        var block = rented.Span[..room];
        var parts = rented.Span[room..];
        for (var end = warmUp; end < values.Length; end += WindowsAtATime)
        {
            var windows = Math.Min(WindowsAtATime, values.Length - end);
            var source = values[(end - warmUp)..];
            if (source.Length < room)
            {
                source.CopyTo(block);
                source = block;
            }

            Summarize<TSummary>(source[..room], windows, period, parts);
            parts[..windows].CopyTo(first.Slice(end, windows));
            if (!second.IsEmpty)
            {
                parts.Slice(room, windows).CopyTo(second.Slice(end, windows));
            }
        }

        first[..warmUp].Fill(double.NaN);
        second[..Math.Min(warmUp, second.Length)].Fill(double.NaN);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Summarize<TSummary>(ReadOnlySpan<double> block, int windows, int period, Span<double> parts)
        where TSummary : struct, IWindowSummary<TSummary>
    {
        ref var values = ref MemoryMarshal.GetReference(block);
        ref var summaries = ref MemoryMarshal.GetReference(parts);
        var apart = (nuint)block.Length;
        var length = 1;
        for (nint at = 0; at < windows + period - 1; at += Vector<double>.Count)
        {
            TSummary.Of(Values(ref values, at)).Store(ref Unsafe.Add(ref summaries, at), apart);
        }

        for (var digit = BitOperations.Log2((uint)period) - 1; digit >= 0; digit--)
        {
            var twice = 2 * length;
            var halves = new RunLengths(length, length);
            if (((period >> digit) & 1) == 0)
            {
                for (nint at = 0; at < windows + period - twice; at += Vector<double>.Count)
                {
                    ref var to = ref Unsafe.Add(ref summaries, at);
                    Pair(ref to, halves).Store(ref to, apart);
                }

                length = twice;
                continue;
            }

            var oneMore = new RunLengths(twice, 1);
            for (nint at = 0; at < windows + period - twice - 1; at += Vector<double>.Count)
            {
                ref var to = ref Unsafe.Add(ref summaries, at);
                var newest = TSummary.Of(Values(ref values, at + twice));
                TSummary.Join(Pair(ref to, halves), newest, oneMore).Store(ref to, apart);
            }

            length = twice + 1;
        }

        var whole = new RunLengths(period, 0);
        for (nint at = 0; at < windows; at += Vector<double>.Count)
        {
            ref var to = ref Unsafe.Add(ref summaries, at);
            TSummary.Result(TSummary.Load(ref to, apart), whole).Store(ref to, apart);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector<double> Values(ref double values, nint at) => Vector.LoadUnsafe(ref values, (nuint)at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        TSummary Pair(ref double older, in RunLengths halves) =>
            TSummary.Join(
                TSummary.Load(ref older, apart),
                TSummary.Load(ref Unsafe.Add(ref older, length), apart),
                halves
            );
    }
}

/// <summary>The sum of a window.</summary>
internal readonly record struct Sum(Vector<double> Value) : IWindowSummary<Sum>
{
    public static int Parts => 1;

    public static Sum Of(Vector<double> values) => new(values);

    public static Sum Join(Sum older, Sum newer, in RunLengths lengths) => new(older.Value + newer.Value);

    public static Sum Result(Sum whole, in RunLengths lengths) => whole;

    public static Sum Load(ref double from, nuint apart) => new(Vector.LoadUnsafe(ref from));

    public void Store(ref double to, nuint apart) => Value.StoreUnsafe(ref to);
}
