using System.Runtime.CompilerServices;

namespace Ktrdr.Core;

/// <summary>The tiles of a product: so many rows by so many vectors of sums, each held in a register of its own.</summary>
/// <remarks>In each tile xR is the factor of row R, bC the vector C of right factors, and sRC their sum. Tiles are never
/// inlined: among other code their sums would no longer all find a register.</remarks>
internal sealed partial class Kernels<TLanes, TVector>
{
    /// <summary>What a sum starts from.</summary>
    private interface IStart
    {
        static abstract TVector Of(ref float row, int vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByFour<TStart>(ref float a, ref float b, ref float c, in Tile tile)
        where TStart : struct, IStart
    {
        ref var at = ref c;
        var s00 = TStart.Of(ref at, 0);
        var s01 = TStart.Of(ref at, 1);
        var s02 = TStart.Of(ref at, 2);
        var s03 = TStart.Of(ref at, 3);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s10 = TStart.Of(ref at, 0);
        var s11 = TStart.Of(ref at, 1);
        var s12 = TStart.Of(ref at, 2);
        var s13 = TStart.Of(ref at, 3);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s20 = TStart.Of(ref at, 0);
        var s21 = TStart.Of(ref at, 1);
        var s22 = TStart.Of(ref at, 2);
        var s23 = TStart.Of(ref at, 3);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s30 = TStart.Of(ref at, 0);
        var s31 = TStart.Of(ref at, 1);
        var s32 = TStart.Of(ref at, 2);
        var s33 = TStart.Of(ref at, 3);
        var (nextRow, nextTerm, nextB) = (tile.NextRow, tile.NextTerm, tile.NextB);
        for (var depth = tile.Depth; depth > 0; depth--)
        {
            var b0 = TLanes.Load(ref b);
            var b1 = TLanes.Load(ref Unsafe.Add(ref b, TLanes.Count));
            var b2 = TLanes.Load(ref Unsafe.Add(ref b, 2 * TLanes.Count));
            var b3 = TLanes.Load(ref Unsafe.Add(ref b, 3 * TLanes.Count));
            var x0 = TLanes.Fill(a);
            s00 = TLanes.MultiplyAdd(x0, b0, s00);
            s01 = TLanes.MultiplyAdd(x0, b1, s01);
            s02 = TLanes.MultiplyAdd(x0, b2, s02);
            s03 = TLanes.MultiplyAdd(x0, b3, s03);
            var x1 = TLanes.Fill(Unsafe.Add(ref a, nextRow));
            s10 = TLanes.MultiplyAdd(x1, b0, s10);
            s11 = TLanes.MultiplyAdd(x1, b1, s11);
            s12 = TLanes.MultiplyAdd(x1, b2, s12);
            s13 = TLanes.MultiplyAdd(x1, b3, s13);
            var x2 = TLanes.Fill(Unsafe.Add(ref a, 2 * nextRow));
            s20 = TLanes.MultiplyAdd(x2, b0, s20);
            s21 = TLanes.MultiplyAdd(x2, b1, s21);
            s22 = TLanes.MultiplyAdd(x2, b2, s22);
            s23 = TLanes.MultiplyAdd(x2, b3, s23);
            var x3 = TLanes.Fill(Unsafe.Add(ref a, 3 * nextRow));
            s30 = TLanes.MultiplyAdd(x3, b0, s30);
            s31 = TLanes.MultiplyAdd(x3, b1, s31);
            s32 = TLanes.MultiplyAdd(x3, b2, s32);
            s33 = TLanes.MultiplyAdd(x3, b3, s33);
            a = ref Unsafe.Add(ref a, nextTerm);
            b = ref Unsafe.Add(ref b, nextB);
        }

        Put(s00, s01, ref c);
        Put(s02, s03, ref Unsafe.Add(ref c, 2 * TLanes.Count));
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s10, s11, ref c);
        Put(s12, s13, ref Unsafe.Add(ref c, 2 * TLanes.Count));
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s20, s21, ref c);
        Put(s22, s23, ref Unsafe.Add(ref c, 2 * TLanes.Count));
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s30, s31, ref c);
        Put(s32, s33, ref Unsafe.Add(ref c, 2 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EightByTwo<TStart>(ref float a, ref float b, ref float c, in Tile tile)
        where TStart : struct, IStart
    {
        ref var at = ref c;
        var s00 = TStart.Of(ref at, 0);
        var s01 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s10 = TStart.Of(ref at, 0);
        var s11 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s20 = TStart.Of(ref at, 0);
        var s21 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s30 = TStart.Of(ref at, 0);
        var s31 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s40 = TStart.Of(ref at, 0);
        var s41 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s50 = TStart.Of(ref at, 0);
        var s51 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s60 = TStart.Of(ref at, 0);
        var s61 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s70 = TStart.Of(ref at, 0);
        var s71 = TStart.Of(ref at, 1);
        var (nextRow, nextTerm, nextB) = (tile.NextRow, tile.NextTerm, tile.NextB);
        ref var lower = ref Unsafe.Add(ref a, 4 * nextRow);
        for (var depth = tile.Depth; depth > 0; depth--)
        {
            var b0 = TLanes.Load(ref b);
            var b1 = TLanes.Load(ref Unsafe.Add(ref b, TLanes.Count));
            var x0 = TLanes.Fill(a);
            s00 = TLanes.MultiplyAdd(x0, b0, s00);
            s01 = TLanes.MultiplyAdd(x0, b1, s01);
            var x1 = TLanes.Fill(Unsafe.Add(ref a, nextRow));
            s10 = TLanes.MultiplyAdd(x1, b0, s10);
            s11 = TLanes.MultiplyAdd(x1, b1, s11);
            var x2 = TLanes.Fill(Unsafe.Add(ref a, 2 * nextRow));
            s20 = TLanes.MultiplyAdd(x2, b0, s20);
            s21 = TLanes.MultiplyAdd(x2, b1, s21);
            var x3 = TLanes.Fill(Unsafe.Add(ref a, 3 * nextRow));
            s30 = TLanes.MultiplyAdd(x3, b0, s30);
            s31 = TLanes.MultiplyAdd(x3, b1, s31);
            var x4 = TLanes.Fill(lower);
            s40 = TLanes.MultiplyAdd(x4, b0, s40);
            s41 = TLanes.MultiplyAdd(x4, b1, s41);
            var x5 = TLanes.Fill(Unsafe.Add(ref lower, nextRow));
            s50 = TLanes.MultiplyAdd(x5, b0, s50);
            s51 = TLanes.MultiplyAdd(x5, b1, s51);
            var x6 = TLanes.Fill(Unsafe.Add(ref lower, 2 * nextRow));
            s60 = TLanes.MultiplyAdd(x6, b0, s60);
            s61 = TLanes.MultiplyAdd(x6, b1, s61);
            var x7 = TLanes.Fill(Unsafe.Add(ref lower, 3 * nextRow));
            s70 = TLanes.MultiplyAdd(x7, b0, s70);
            s71 = TLanes.MultiplyAdd(x7, b1, s71);
            a = ref Unsafe.Add(ref a, nextTerm);
            lower = ref Unsafe.Add(ref lower, nextTerm);
            b = ref Unsafe.Add(ref b, nextB);
        }

        Put(s00, s01, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s10, s11, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s20, s21, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s30, s31, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s40, s41, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s50, s51, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s60, s61, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s70, s71, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByTwo<TStart>(ref float a, ref float b, ref float c, in Tile tile)
        where TStart : struct, IStart
    {
        ref var at = ref c;
        var s00 = TStart.Of(ref at, 0);
        var s01 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s10 = TStart.Of(ref at, 0);
        var s11 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s20 = TStart.Of(ref at, 0);
        var s21 = TStart.Of(ref at, 1);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s30 = TStart.Of(ref at, 0);
        var s31 = TStart.Of(ref at, 1);
        var (nextRow, nextTerm, nextB) = (tile.NextRow, tile.NextTerm, tile.NextB);
        for (var depth = tile.Depth; depth > 0; depth--)
        {
            var b0 = TLanes.Load(ref b);
            var b1 = TLanes.Load(ref Unsafe.Add(ref b, TLanes.Count));
            var x0 = TLanes.Fill(a);
            s00 = TLanes.MultiplyAdd(x0, b0, s00);
            s01 = TLanes.MultiplyAdd(x0, b1, s01);
            var x1 = TLanes.Fill(Unsafe.Add(ref a, nextRow));
            s10 = TLanes.MultiplyAdd(x1, b0, s10);
            s11 = TLanes.MultiplyAdd(x1, b1, s11);
            var x2 = TLanes.Fill(Unsafe.Add(ref a, 2 * nextRow));
            s20 = TLanes.MultiplyAdd(x2, b0, s20);
            s21 = TLanes.MultiplyAdd(x2, b1, s21);
            var x3 = TLanes.Fill(Unsafe.Add(ref a, 3 * nextRow));
            s30 = TLanes.MultiplyAdd(x3, b0, s30);
            s31 = TLanes.MultiplyAdd(x3, b1, s31);
            a = ref Unsafe.Add(ref a, nextTerm);
            b = ref Unsafe.Add(ref b, nextB);
        }

        Put(s00, s01, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s10, s11, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s20, s21, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        Put(s30, s31, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EightByOne<TStart>(ref float a, ref float b, ref float c, in Tile tile)
        where TStart : struct, IStart
    {
        ref var at = ref c;
        var s0 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s1 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s2 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s3 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s4 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s5 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s6 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s7 = TStart.Of(ref at, 0);
        var (nextRow, nextTerm, nextB) = (tile.NextRow, tile.NextTerm, tile.NextB);
        ref var lower = ref Unsafe.Add(ref a, 4 * nextRow);
        for (var depth = tile.Depth; depth > 0; depth--)
        {
            var b0 = TLanes.Load(ref b);
            var x0 = TLanes.Fill(a);
            s0 = TLanes.MultiplyAdd(x0, b0, s0);
            var x1 = TLanes.Fill(Unsafe.Add(ref a, nextRow));
            s1 = TLanes.MultiplyAdd(x1, b0, s1);
            var x2 = TLanes.Fill(Unsafe.Add(ref a, 2 * nextRow));
            s2 = TLanes.MultiplyAdd(x2, b0, s2);
            var x3 = TLanes.Fill(Unsafe.Add(ref a, 3 * nextRow));
            s3 = TLanes.MultiplyAdd(x3, b0, s3);
            var x4 = TLanes.Fill(lower);
            s4 = TLanes.MultiplyAdd(x4, b0, s4);
            var x5 = TLanes.Fill(Unsafe.Add(ref lower, nextRow));
            s5 = TLanes.MultiplyAdd(x5, b0, s5);
            var x6 = TLanes.Fill(Unsafe.Add(ref lower, 2 * nextRow));
            s6 = TLanes.MultiplyAdd(x6, b0, s6);
            var x7 = TLanes.Fill(Unsafe.Add(ref lower, 3 * nextRow));
            s7 = TLanes.MultiplyAdd(x7, b0, s7);
            a = ref Unsafe.Add(ref a, nextTerm);
            lower = ref Unsafe.Add(ref lower, nextTerm);
            b = ref Unsafe.Add(ref b, nextB);
        }

        TLanes.Store(s0, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s1, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s2, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s3, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s4, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s5, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s6, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s7, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByOne<TStart>(ref float a, ref float b, ref float c, in Tile tile)
        where TStart : struct, IStart
    {
        ref var at = ref c;
        var s0 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s1 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s2 = TStart.Of(ref at, 0);
        at = ref Unsafe.Add(ref at, tile.NextC);
        var s3 = TStart.Of(ref at, 0);
        var (nextRow, nextTerm, nextB) = (tile.NextRow, tile.NextTerm, tile.NextB);
        for (var depth = tile.Depth; depth > 0; depth--)
        {
            var b0 = TLanes.Load(ref b);
            var x0 = TLanes.Fill(a);
            s0 = TLanes.MultiplyAdd(x0, b0, s0);
            var x1 = TLanes.Fill(Unsafe.Add(ref a, nextRow));
            s1 = TLanes.MultiplyAdd(x1, b0, s1);
            var x2 = TLanes.Fill(Unsafe.Add(ref a, 2 * nextRow));
            s2 = TLanes.MultiplyAdd(x2, b0, s2);
            var x3 = TLanes.Fill(Unsafe.Add(ref a, 3 * nextRow));
            s3 = TLanes.MultiplyAdd(x3, b0, s3);
            a = ref Unsafe.Add(ref a, nextTerm);
            b = ref Unsafe.Add(ref b, nextB);
        }

        TLanes.Store(s0, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s1, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s2, ref c);
        c = ref Unsafe.Add(ref c, tile.NextC);
        TLanes.Store(s3, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector first, TVector second, ref float to)
    {
        TLanes.Store(first, ref to);
        TLanes.Store(second, ref Unsafe.Add(ref to, TLanes.Count));
    }

    private readonly struct FromZero : IStart
    {
        public static TVector Of(ref float row, int vector) => default;
    }

    private readonly struct OnTop : IStart
    {
        public static TVector Of(ref float row, int vector) =>
            TLanes.Load(ref Unsafe.Add(ref row, vector * TLanes.Count));
    }
}
