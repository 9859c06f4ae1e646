using System.Runtime.CompilerServices;

namespace Ktrdr.Core;

/// <summary>Matrix products, cut into tiles whose sums stay in registers.</summary>
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
        bool onTop,
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

        var tile = new Tile
        {
            NextRow = transposed ? 1 : left.Stride,
            NextTerm = transposed ? left.Stride : 1,
            Depth = depth,
            NextB = right.Stride,
            NextC = product.Stride,
        };
        if (onTop)
        {
            Multiply<OnTop>(left, right, product, tile, paddedRows, vectors);
        }
        else
        {
            Multiply<FromZero>(left, right, product, tile, paddedRows, vectors);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TStart>(Matrix left, Matrix right, Matrix product, in Tile tile, int rows, int vectors)
        where TStart : struct, IStart
    {
        for (var vector = 0; vector < vectors; )
        {
            var (height, width) = TileFor(vectors - vector);
            ref var b = ref Unsafe.Add(ref right.Start, vector * TLanes.Count);
            for (var row = 0; row < rows; )
            {
                var taken = Math.Min(height, rows - row) < 8 ? 4 : 8;
                ref var a = ref Unsafe.Add(ref left.Start, row * tile.NextRow);
                ref var c = ref Unsafe.Add(ref product.Start, (row * tile.NextC) + (vector * TLanes.Count));
                switch (taken, width)
                {
                    case (4, 4):
                        FourByFour<TStart>(ref a, ref b, ref c, tile);
                        break;
                    case (8, 2):
                        EightByTwo<TStart>(ref a, ref b, ref c, tile);
                        break;
                    case (4, 2):
                        FourByTwo<TStart>(ref a, ref b, ref c, tile);
                        break;
                    case (8, 1):
                        EightByOne<TStart>(ref a, ref b, ref c, tile);
                        break;
                    default:
                        FourByOne<TStart>(ref a, ref b, ref c, tile);
                        break;
                }

                row += taken;
            }

            vector += width;
        }
    }

    // Sixteen sums where there are registers for them, else eight: enough that no multiplication waits for another.
    private static (int Height, int Width) TileFor(int vectors) =>
        vectors switch
        {
            >= 4 when TLanes.ManyRegisters => (4, 4),
            >= 2 => (TLanes.ManyRegisters ? 8 : 4, 2),
            _ => (8, 1),
        };

    /// <summary>How a tile walks through its matrices a, b and c.</summary>
    private readonly struct Tile
    {
        /// <summary>Floats from one row of a to the next.</summary>
        public required nint NextRow { get; init; }

        /// <summary>Floats from one term of a row's sums to the next.</summary>
        public required nint NextTerm { get; init; }

        /// <summary>Terms of a sum.</summary>
        public required int Depth { get; init; }

        /// <summary>Floats from one row of b to the next.</summary>
        public required nint NextB { get; init; }

        /// <summary>Floats from one row of c to the next.</summary>
        public required nint NextC { get; init; }
    }
}
