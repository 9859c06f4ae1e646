using System.Runtime.CompilerServices;

namespace Ktrdr.Core;

/// <summary>Matrix products, four rows and one, two or four vectors at a time, sums held in registers.</summary>
internal sealed partial class Kernels<TLanes, TVector> : Kernels
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <inheritdoc/>
    public override string Name => TLanes.Name;

    /// <inheritdoc/>
    public override void Multiply(
        Matrix left,
        bool transposed,
        Matrix right,
        Matrix product,
        int rows,
        int depth,
        int columns
    )
    {
        var paddedRows = Matrix.PadRows(rows);
        var vectors = (columns + TLanes.Count - 1) / TLanes.Count;
        var (leftRows, leftColumns) = transposed ? (depth, paddedRows) : (paddedRows, depth);
        if (
            left.Rows < leftRows
            || left.Stride < leftColumns
            || right.Rows < depth
            || Math.Min(right.Stride, product.Stride) < vectors * TLanes.Count
            || product.Rows < paddedRows
        )
        {
            throw new ArgumentException($"A product of {rows}×{depth} by {depth}×{columns} does not fit its matrices.");
        }

        var (nextRow, nextTerm) = transposed ? (1, left.Stride) : (left.Stride, 1);
        for (var row = 0; row < paddedRows; row += Matrix.RowBlock)
        {
            ref var a = ref Unsafe.Add(ref left.Start, row * nextRow);
            ref var b = ref right.Start;
            ref var c = ref Unsafe.Add(ref product.Start, row * product.Stride);
            var remaining = vectors;
            for (; TLanes.ManyRegisters && remaining >= 4; remaining -= 4)
            {
                FourVectors(ref a, nextRow, nextTerm, ref b, right.Stride, ref c, product.Stride, depth);
                b = ref Unsafe.Add(ref b, 4 * TLanes.Count);
                c = ref Unsafe.Add(ref c, 4 * TLanes.Count);
            }

            for (; remaining >= 2; remaining -= 2)
            {
                TwoVectors(ref a, nextRow, nextTerm, ref b, right.Stride, ref c, product.Stride, depth);
                b = ref Unsafe.Add(ref b, 2 * TLanes.Count);
                c = ref Unsafe.Add(ref c, 2 * TLanes.Count);
            }

            if (remaining > 0)
            {
                OneVector(ref a, nextRow, nextTerm, ref b, right.Stride, ref c, product.Stride, depth);
            }
        }
    }

    // In each tile below, xR is the factor of row R and sRC the sum of row R in vector C.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourVectors(
        ref float a,
        nint nextRow,
        nint nextTerm,
        ref float b,
        nint nextB,
        ref float c,
        nint nextC,
        int depth
    )
    {
        TVector s00 = default,
            s01 = default,
            s02 = default,
            s03 = default;
        TVector s10 = default,
            s11 = default,
            s12 = default,
            s13 = default;
        TVector s20 = default,
            s21 = default,
            s22 = default,
            s23 = default;
        TVector s30 = default,
            s31 = default,
            s32 = default,
            s33 = default;
        for (; depth > 0; depth--)
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
        c = ref Unsafe.Add(ref c, nextC);
        Put(s10, s11, ref c);
        Put(s12, s13, ref Unsafe.Add(ref c, 2 * TLanes.Count));
        c = ref Unsafe.Add(ref c, nextC);
        Put(s20, s21, ref c);
        Put(s22, s23, ref Unsafe.Add(ref c, 2 * TLanes.Count));
        c = ref Unsafe.Add(ref c, nextC);
        Put(s30, s31, ref c);
        Put(s32, s33, ref Unsafe.Add(ref c, 2 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoVectors(
        ref float a,
        nint nextRow,
        nint nextTerm,
        ref float b,
        nint nextB,
        ref float c,
        nint nextC,
        int depth
    )
    {
        TVector s00 = default,
            s01 = default,
            s10 = default,
            s11 = default;
        TVector s20 = default,
            s21 = default,
            s30 = default,
            s31 = default;
        for (; depth > 0; depth--)
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
        Put(s10, s11, ref Unsafe.Add(ref c, nextC));
        Put(s20, s21, ref Unsafe.Add(ref c, 2 * nextC));
        Put(s30, s31, ref Unsafe.Add(ref c, 3 * nextC));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector(
        ref float a,
        nint nextRow,
        nint nextTerm,
        ref float b,
        nint nextB,
        ref float c,
        nint nextC,
        int depth
    )
    {
        TVector s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        for (; depth > 0; depth--)
        {
            var b0 = TLanes.Load(ref b);
            s0 = TLanes.MultiplyAdd(TLanes.Fill(a), b0, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Fill(Unsafe.Add(ref a, nextRow)), b0, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Fill(Unsafe.Add(ref a, 2 * nextRow)), b0, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Fill(Unsafe.Add(ref a, 3 * nextRow)), b0, s3);
            a = ref Unsafe.Add(ref a, nextTerm);
            b = ref Unsafe.Add(ref b, nextB);
        }

        TLanes.Store(s0, ref c);
        TLanes.Store(s1, ref Unsafe.Add(ref c, nextC));
        TLanes.Store(s2, ref Unsafe.Add(ref c, 2 * nextC));
        TLanes.Store(s3, ref Unsafe.Add(ref c, 3 * nextC));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector first, TVector second, ref float to)
    {
        TLanes.Store(first, ref to);
        TLanes.Store(second, ref Unsafe.Add(ref to, TLanes.Count));
    }
}
