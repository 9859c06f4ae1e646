using System.Runtime.CompilerServices;

namespace Ktrdr.Core;

/// <summary>The tiles of a product: so many rows by so many vectors of sums, each held in a register of its own.</summary>
/// <remarks>In each tile xR is the factor of row R, bC the vector C of right factors, and sRC their sum; d goes along with c. Tiles are never
/// inlined: among other code their sums would no longer all find a register.</remarks>
internal sealed partial class Kernels<TLanes, TVector>
{
    /// <summary>What a sum starts from, and what becomes of it.</summary>
    private interface IProduct
    {
        static abstract TVector Start(ref float c, in Tile tile, nint row, int vector);

        /// <param name="sum">The finished sum.</param>
        /// <param name="beside">What stands at its place in the matrix beside the product.</param>
        /// <param name="unscale">What to multiply that by first.</param>
        static abstract TVector End(TVector sum, ref float beside, float unscale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByFour<TProduct>(ref float a, ref float b, ref float c, ref float d, in Tile tile)
        where TProduct : struct, IProduct
    {
        var s00 = TProduct.Start(ref c, tile, 0, 0);
        var s01 = TProduct.Start(ref c, tile, 0, 1);
        var s02 = TProduct.Start(ref c, tile, 0, 2);
        var s03 = TProduct.Start(ref c, tile, 0, 3);
        var s10 = TProduct.Start(ref c, tile, 1, 0);
        var s11 = TProduct.Start(ref c, tile, 1, 1);
        var s12 = TProduct.Start(ref c, tile, 1, 2);
        var s13 = TProduct.Start(ref c, tile, 1, 3);
        var s20 = TProduct.Start(ref c, tile, 2, 0);
        var s21 = TProduct.Start(ref c, tile, 2, 1);
        var s22 = TProduct.Start(ref c, tile, 2, 2);
        var s23 = TProduct.Start(ref c, tile, 2, 3);
        var s30 = TProduct.Start(ref c, tile, 3, 0);
        var s31 = TProduct.Start(ref c, tile, 3, 1);
        var s32 = TProduct.Start(ref c, tile, 3, 2);
        var s33 = TProduct.Start(ref c, tile, 3, 3);
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

        Put<TProduct>(s00, s01, 0, 0, ref c, ref d, tile);
        Put<TProduct>(s02, s03, 0, 2, ref c, ref d, tile);
        Put<TProduct>(s10, s11, 1, 0, ref c, ref d, tile);
        Put<TProduct>(s12, s13, 1, 2, ref c, ref d, tile);
        Put<TProduct>(s20, s21, 2, 0, ref c, ref d, tile);
        Put<TProduct>(s22, s23, 2, 2, ref c, ref d, tile);
        Put<TProduct>(s30, s31, 3, 0, ref c, ref d, tile);
        Put<TProduct>(s32, s33, 3, 2, ref c, ref d, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EightByTwo<TProduct>(ref float a, ref float b, ref float c, ref float d, in Tile tile)
        where TProduct : struct, IProduct
    {
        var s00 = TProduct.Start(ref c, tile, 0, 0);
        var s01 = TProduct.Start(ref c, tile, 0, 1);
        var s10 = TProduct.Start(ref c, tile, 1, 0);
        var s11 = TProduct.Start(ref c, tile, 1, 1);
        var s20 = TProduct.Start(ref c, tile, 2, 0);
        var s21 = TProduct.Start(ref c, tile, 2, 1);
        var s30 = TProduct.Start(ref c, tile, 3, 0);
        var s31 = TProduct.Start(ref c, tile, 3, 1);
        var s40 = TProduct.Start(ref c, tile, 4, 0);
        var s41 = TProduct.Start(ref c, tile, 4, 1);
        var s50 = TProduct.Start(ref c, tile, 5, 0);
        var s51 = TProduct.Start(ref c, tile, 5, 1);
        var s60 = TProduct.Start(ref c, tile, 6, 0);
        var s61 = TProduct.Start(ref c, tile, 6, 1);
        var s70 = TProduct.Start(ref c, tile, 7, 0);
        var s71 = TProduct.Start(ref c, tile, 7, 1);
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

        Put<TProduct>(s00, s01, 0, 0, ref c, ref d, tile);
        Put<TProduct>(s10, s11, 1, 0, ref c, ref d, tile);
        Put<TProduct>(s20, s21, 2, 0, ref c, ref d, tile);
        Put<TProduct>(s30, s31, 3, 0, ref c, ref d, tile);
        Put<TProduct>(s40, s41, 4, 0, ref c, ref d, tile);
        Put<TProduct>(s50, s51, 5, 0, ref c, ref d, tile);
        Put<TProduct>(s60, s61, 6, 0, ref c, ref d, tile);
        Put<TProduct>(s70, s71, 7, 0, ref c, ref d, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByTwo<TProduct>(ref float a, ref float b, ref float c, ref float d, in Tile tile)
        where TProduct : struct, IProduct
    {
        var s00 = TProduct.Start(ref c, tile, 0, 0);
        var s01 = TProduct.Start(ref c, tile, 0, 1);
        var s10 = TProduct.Start(ref c, tile, 1, 0);
        var s11 = TProduct.Start(ref c, tile, 1, 1);
        var s20 = TProduct.Start(ref c, tile, 2, 0);
        var s21 = TProduct.Start(ref c, tile, 2, 1);
        var s30 = TProduct.Start(ref c, tile, 3, 0);
        var s31 = TProduct.Start(ref c, tile, 3, 1);
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

        Put<TProduct>(s00, s01, 0, 0, ref c, ref d, tile);
        Put<TProduct>(s10, s11, 1, 0, ref c, ref d, tile);
        Put<TProduct>(s20, s21, 2, 0, ref c, ref d, tile);
        Put<TProduct>(s30, s31, 3, 0, ref c, ref d, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EightByOne<TProduct>(ref float a, ref float b, ref float c, ref float d, in Tile tile)
        where TProduct : struct, IProduct
    {
        var s0 = TProduct.Start(ref c, tile, 0, 0);
        var s1 = TProduct.Start(ref c, tile, 1, 0);
        var s2 = TProduct.Start(ref c, tile, 2, 0);
        var s3 = TProduct.Start(ref c, tile, 3, 0);
        var s4 = TProduct.Start(ref c, tile, 4, 0);
        var s5 = TProduct.Start(ref c, tile, 5, 0);
        var s6 = TProduct.Start(ref c, tile, 6, 0);
        var s7 = TProduct.Start(ref c, tile, 7, 0);
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

        Put<TProduct>(s0, 0, 0, ref c, ref d, tile);
        Put<TProduct>(s1, 1, 0, ref c, ref d, tile);
        Put<TProduct>(s2, 2, 0, ref c, ref d, tile);
        Put<TProduct>(s3, 3, 0, ref c, ref d, tile);
        Put<TProduct>(s4, 4, 0, ref c, ref d, tile);
        Put<TProduct>(s5, 5, 0, ref c, ref d, tile);
        Put<TProduct>(s6, 6, 0, ref c, ref d, tile);
        Put<TProduct>(s7, 7, 0, ref c, ref d, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByOne<TProduct>(ref float a, ref float b, ref float c, ref float d, in Tile tile)
        where TProduct : struct, IProduct
    {
        var s0 = TProduct.Start(ref c, tile, 0, 0);
        var s1 = TProduct.Start(ref c, tile, 1, 0);
        var s2 = TProduct.Start(ref c, tile, 2, 0);
        var s3 = TProduct.Start(ref c, tile, 3, 0);
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

        Put<TProduct>(s0, 0, 0, ref c, ref d, tile);
        Put<TProduct>(s1, 1, 0, ref c, ref d, tile);
        Put<TProduct>(s2, 2, 0, ref c, ref d, tile);
        Put<TProduct>(s3, 3, 0, ref c, ref d, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TProduct>(TVector sum, nint row, int vector, ref float c, ref float d, in Tile tile)
        where TProduct : struct, IProduct
    {
        ref var beside = ref Unsafe.Add(ref d, (row * tile.NextD) + (vector * TLanes.Count));
        sum = TProduct.End(sum, ref beside, tile.Unscale);
        TLanes.Store(sum, ref Unsafe.Add(ref c, (row * tile.NextC) + (vector * TLanes.Count)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TProduct>(
        TVector first,
        TVector second,
        nint row,
        int vector,
        ref float c,
        ref float d,
        in Tile tile
    )
        where TProduct : struct, IProduct
    {
        Put<TProduct>(first, row, vector, ref c, ref d, tile);
        Put<TProduct>(second, row, vector + 1, ref c, ref d, tile);
    }

    /// <summary>left · right.</summary>
    private readonly struct Plain : IProduct
    {
        public static TVector Start(ref float c, in Tile tile, nint row, int vector) => default;

        public static TVector End(TVector sum, ref float beside, float unscale) => sum;
    }

    /// <summary>left · right on top of what is there.</summary>
    private readonly struct OnTop : IProduct
    {
        public static TVector Start(ref float c, in Tile tile, nint row, int vector) =>
            TLanes.Load(ref Unsafe.Add(ref c, (row * tile.NextC) + (vector * TLanes.Count)));

        public static TVector End(TVector sum, ref float beside, float unscale) => sum;
    }

    /// <summary>f(left · right).</summary>
    private readonly struct Activated<TCurve> : IProduct
        where TCurve : struct, ICurve
    {
        public static TVector Start(ref float c, in Tile tile, nint row, int vector) => default;

        public static TVector End(TVector sum, ref float beside, float unscale) => TCurve.Value(sum);
    }

    /// <summary>(left · right) ∘ f′, the slopes taken from the values of f beside the product.</summary>
    private readonly struct Sloped<TCurve> : IProduct
        where TCurve : struct, ICurve
    {
        public static TVector Start(ref float c, in Tile tile, nint row, int vector) => default;

        public static TVector End(TVector sum, ref float beside, float unscale) =>
            TLanes.Multiply(sum, TCurve.Slope(TLanes.Multiply(TLanes.Load(ref beside), TLanes.Fill(unscale))));
    }
}
