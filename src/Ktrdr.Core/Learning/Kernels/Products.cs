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
        if (onTop)
        {
            Multiply<OnTop>(left, transposed, right, product, product, 1, rows, depth, columns);
        }
        else
        {
            Multiply<Plain>(left, transposed, right, product, product, 1, rows, depth, columns);
        }
    }

    /// <inheritdoc/>
    public override void Forward(
        Matrix inputs,
        Matrix weights,
        Matrix values,
        Activation activation,
        int rows,
        int depth,
        int units
    )
    {
        switch (activation)
        {
            case Activation.Relu:
                Multiply<Activated<Relu>>(inputs, false, weights, values, values, 1, rows, depth, units);
                break;
            case Activation.LeakyRelu:
                Multiply<Activated<LeakyRelu>>(inputs, false, weights, values, values, 1, rows, depth, units);
                break;
            case Activation.Sigmoid:
                Multiply<Activated<Sigmoid>>(inputs, false, weights, values, values, 1, rows, depth, units);
                break;
            default:
                Multiply<Activated<Tanh>>(inputs, false, weights, values, values, 1, rows, depth, units);
                break;
        }

        EndRows(values, rows, units);
    }

    /// <inheritdoc/>
    public override void Backward(
        Matrix deltas,
        Matrix transposedWeights,
        Matrix below,
        Matrix values,
        float unscale,
        Activation activation,
        int rows,
        int depth,
        int units
    )
    {
        switch (activation)
        {
            case Activation.Relu:
                Multiply<Sloped<Relu>>(deltas, false, transposedWeights, below, values, unscale, rows, depth, units);
                break;
            case Activation.LeakyRelu:
                Multiply<Sloped<LeakyRelu>>(
                    deltas,
                    false,
                    transposedWeights,
                    below,
                    values,
                    unscale,
                    rows,
                    depth,
                    units
                );
                break;
            case Activation.Sigmoid:
                Multiply<Sloped<Sigmoid>>(deltas, false, transposedWeights, below, values, unscale, rows, depth, units);
                break;
            default:
                Multiply<Sloped<Tanh>>(deltas, false, transposedWeights, below, values, unscale, rows, depth, units);
                break;
        }
    }

    private static void Multiply<TProduct>(
        Matrix left,
        bool transposed,
        Matrix right,
        Matrix product,
        Matrix beside,
        float unscale,
        int rows,
        int depth,
        int columns
    )
        where TProduct : struct, IProduct
    {
        var paddedRows = Matrix.PadRows(rows);
        var vectors = (columns + TLanes.Count - 1) / TLanes.Count;
        var (leftRows, leftColumns) = transposed ? (depth, paddedRows) : (paddedRows, depth);
        if (
            left.Rows < leftRows
            || left.Stride < leftColumns
            || right.Rows < depth
            || Math.Min(right.Stride, Math.Min(product.Stride, beside.Stride)) < vectors * TLanes.Count
            || Math.Min(product.Rows, beside.Rows) < paddedRows
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
            NextD = beside.Stride,
            Unscale = unscale,
        };
        ref var start = ref left.Start;
        for (var vector = 0; vector < vectors; )
        {
            var (height, width) = TileFor(vectors - vector);
            ref var b = ref Unsafe.Add(ref right.Start, vector * TLanes.Count);
            ref var a = ref start;
            ref var c = ref Unsafe.Add(ref product.Start, vector * TLanes.Count);
            ref var d = ref Unsafe.Add(ref beside.Start, vector * TLanes.Count);
            for (var row = 0; row < paddedRows; )
            {
                var taken = Math.Min(height, paddedRows - row) < 8 ? 4 : 8;
                switch (taken, width)
                {
                    case (4, 4):
                        FourByFour<TProduct>(ref a, ref b, ref c, ref d, tile);
                        break;
                    case (8, 2):
                        EightByTwo<TProduct>(ref a, ref b, ref c, ref d, tile);
                        break;
                    case (4, 2):
                        FourByTwo<TProduct>(ref a, ref b, ref c, ref d, tile);
                        break;
                    case (8, 1):
                        EightByOne<TProduct>(ref a, ref b, ref c, ref d, tile);
                        break;
                    default:
                        FourByOne<TProduct>(ref a, ref b, ref c, ref d, tile);
                        break;
                }

                row += taken;
                a = ref Unsafe.Add(ref a, taken * tile.NextRow);
                c = ref Unsafe.Add(ref c, taken * tile.NextC);
                d = ref Unsafe.Add(ref d, taken * tile.NextD);
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

    /// <summary>How a tile walks through its matrices a, b, c and d.</summary>
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

        /// <summary>Floats from one row of d, which goes along with c, to the next.</summary>
        public required nint NextD { get; init; }

        /// <summary>What to multiply d by before it is used.</summary>
        public required float Unscale { get; init; }
    }
}
